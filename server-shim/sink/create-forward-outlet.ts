import os from 'node:os';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { createRemoteSender } from '../../senders/create-remote-sender.ts';
import type { RemoteReceiver } from '../../senders/remote-receiver.ts';
import type { Counters } from '../counters.ts';
import type { JournalReader } from '../journal/result-journal.ts';
import { ForwardOutlet } from './forward-outlet.ts';
import { ForwardStream } from './forward-stream.ts';

/** Results of one delivery: what breaks amid one is sent again whole over NSCA, and in part over the others. */
const batchResults = { nsca: 100, 'nsca-ng': 1_000, nrdp: 1_000 } as const;

/** Makes the outlet to another receiver. */
export function createForwardOutlet(
  receiver: RemoteReceiver,
  parts: {
    readonly journal: JournalReader;
    /** Where the name of the sink's stream is kept. */
    readonly streamFile: string;
    readonly log: Log;
    readonly clock: Clock;
    readonly counters: Counters;
    readonly random: () => number;
  },
): ForwardOutlet {
  const { protocol } = receiver;
  // The others have no numbers by which repeats could be told.
  const stream =
    protocol === 'nsca-ng' ? new ForwardStream(parts.streamFile, parts.journal) : undefined;
  const hostName = os.hostname().split('.')[0] ?? 'localhost';
  const sender = createRemoteSender(receiver, { ...parts, stream, hostName });
  return new ForwardOutlet(sender, batchResults[protocol], parts);
}
