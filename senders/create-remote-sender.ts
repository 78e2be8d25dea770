import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import { NrdpSender } from './nrdp-sender.ts';
import { NscaNgSender } from './nsca-ng-sender.ts';
import { NscaSender } from './nsca-sender.ts';
import type { RemoteReceiver } from './remote-receiver.ts';
import type { Sender } from './sender.ts';

/** What senders need of their world. */
export interface RemoteSenderParts {
  readonly clock: Clock;
  readonly log: Log;
  /** By which the receiver can tell repeats, where it can; without it none is claimed to be one. */
  readonly stream: DeliveryStream | undefined;
  /** The identity where none is configured. */
  readonly hostName: string;
}

/** The sender that speaks a receiver's protocol; a further protocol has its place here. */
export function createRemoteSender(receiver: RemoteReceiver, parts: RemoteSenderParts): Sender {
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
  }
}
