import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { ReceiverConfig } from '../config/receiver-config.ts';
import { CommandFileSender } from './command-file-sender.ts';
import { NscaSender } from './nsca-sender.ts';
import type { Sender } from './sender.ts';

/** What senders need of their world. */
export interface SenderParts {
  readonly clock: Clock;
  readonly log: Log;
}

/** The sender that speaks a receiver's protocol. */
export function createSender(receiver: ReceiverConfig, { clock, log }: SenderParts): Sender {
  switch (receiver.protocol) {
    case 'nsca':
      return new NscaSender(receiver, clock, log);
    case 'command-file':
      return new CommandFileSender(receiver, clock, log);
  }
}
