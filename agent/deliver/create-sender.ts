import { createRemoteSender, type RemoteSenderParts } from '../../senders/create-remote-sender.ts';
import type { Sender } from '../../senders/sender.ts';
import type { ReceiverConfig } from '../config/receiver-config.ts';
import { CommandFileSender } from './command-file-sender.ts';

/** The sender to a receiver, by its protocol. */
export function createSender(receiver: ReceiverConfig, parts: RemoteSenderParts): Sender {
  if (receiver.protocol !== 'command-file') return createRemoteSender(receiver, parts);
  return new CommandFileSender(receiver, parts.clock, parts.log);
}
