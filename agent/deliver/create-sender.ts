import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { DeliveryStream } from '../../senders/delivery-stream.ts';
import { NrdpSender } from '../../senders/nrdp-sender.ts';
import { NscaNgSender } from '../../senders/nsca-ng-sender.ts';
import { NscaSender } from '../../senders/nsca-sender.ts';
import type { Sender } from '../../senders/sender.ts';
import type { ReceiverConfig } from '../config/receiver-config.ts';
import { CommandFileSender } from './command-file-sender.ts';

/** What senders need of their world. */
export interface SenderParts {
  readonly clock: Clock;
  readonly log: Log;
  /** By which the receiver can tell repeats, where it can; without it none is claimed to be one. */
  readonly stream: DeliveryStream | undefined;
  /** The identity where none is configured. */
  readonly hostName: string;
}

/** The sender that speaks a receiver's protocol. */
export function createSender(receiver: ReceiverConfig, parts: SenderParts): Sender {
  const { clock, log, stream, hostName } = parts;
  switch (receiver.protocol) {
    case 'nsca':
      return new NscaSender(receiver, clock, log);
    case 'nsca-ng': {
      const identity = receiver.identity ?? hostName;
      return new NscaNgSender({ ...receiver, identity, stream }, { clock, log });
    }
    case 'nrdp':
      return new NrdpSender(receiver, clock);
    case 'command-file':
      return new CommandFileSender(receiver, clock, log);
  }
}
