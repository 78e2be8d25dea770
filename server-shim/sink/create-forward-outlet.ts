import os from 'node:os';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { NrdpSender, type NrdpSenderOptions } from '../../senders/nrdp-sender.ts';
import { NscaNgSender } from '../../senders/nsca-ng-sender.ts';
import { NscaSender } from '../../senders/nsca-sender.ts';
import type { NscaNgReceiverOptions, NscaReceiverOptions } from '../../senders/receiver-options.ts';
import type { Sender } from '../../senders/sender.ts';
import type { Counters } from '../counters.ts';
import type { JournalReader } from '../journal/result-journal.ts';
import { ForwardOutlet } from './forward-outlet.ts';
import { ForwardStream } from './forward-stream.ts';

/** Another receiver, by the protocol that it speaks. */
export type ForwardOptions =
  | ({ readonly type: 'nsca' } & NscaReceiverOptions)
  | ({ readonly type: 'nsca-ng' } & NscaNgReceiverOptions)
  | ({ readonly type: 'nrdp' } & NrdpSenderOptions);

/** Results of one delivery: what breaks amid one is sent again whole over NSCA, and in part over the others. */
const batchResults = { nsca: 100, 'nsca-ng': 1000, nrdp: 1000 } as const;

/** Makes the outlet to another receiver; a protocol that is to be forwarded by has its place here. */
export function createForwardOutlet(
  options: ForwardOptions,
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
  return new ForwardOutlet(createSender(options, parts), batchResults[options.type], parts);
}

function createSender(
  options: ForwardOptions,
  parts: Parameters<typeof createForwardOutlet>[1],
): Sender {
  const { clock, log } = parts;
  switch (options.type) {
    case 'nsca':
      return new NscaSender(options, clock, log);
    case 'nrdp':
      return new NrdpSender(options, clock);
    case 'nsca-ng': {
      const identity = options.identity ?? os.hostname().split('.')[0] ?? 'localhost';
      const stream = new ForwardStream(parts.streamFile, parts.journal);
      return new NscaNgSender({ ...options, identity, stream }, { clock, log });
    }
  }
}
