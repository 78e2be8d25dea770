import path from 'node:path';
import { unreadFile } from '../../platform/unread-file.ts';
import { createRemoteSender, type RemoteSenderParts } from '../../senders/create-remote-sender.ts';
import type { Sender } from '../../senders/sender.ts';
import type { ReceiverConfig } from '../config/receiver-config.ts';
import { CommandFileSender } from './command-file-sender.ts';

export interface SenderParts extends RemoteSenderParts {
  /** Where a sender keeps what must survive a restart; nowhere without it. */
  readonly stateDir?: string;
}

/** The sender to a receiver, by its protocol. */
export function createSender(receiver: ReceiverConfig, parts: SenderParts): Sender {
  if (receiver.protocol !== 'command-file') return createRemoteSender(receiver, parts);
  const { stateDir, clock, log } = parts;
  if (stateDir === undefined) return new CommandFileSender(receiver, clock, log);
  const file = path.join(stateDir, `${encodeURIComponent(receiver.name)}.unread`);
  return new CommandFileSender({ ...receiver, memory: unreadFile(file, log) }, clock, log);
}
