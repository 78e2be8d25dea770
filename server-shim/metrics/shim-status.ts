import { type Clock, unixSeconds } from '../../platform/clock.ts';
import type { HistogramCounts } from '../../platform/metrics/histogram.ts';
import { version } from '../../platform/version.ts';
import type { CounterName, Counters } from '../counters.ts';
import type { DiskJournal, JournalLimits } from '../journal/disk-journal.ts';
import type { ListenerStatus } from '../listen/open-listeners.ts';
import type { ResultSink } from '../sink/result-sink.ts';
import type { SinkStatus } from '../sink/sink-status.ts';
import type { ConfigStatus } from './config-in-use.ts';

/** How a receiver is: what `nagtail-shim status --json` prints, and what metrics are made of. */
export interface ShimStatus {
  readonly program: 'nagtail-shim';
  readonly version: string;
  readonly pid: number;
  /** Unix times in seconds. */
  readonly startedAt: number;
  readonly now: number;
  readonly config: ConfigStatus;
  readonly journal: {
    /** Results that the slowest sink does not have yet. */
    readonly results: number;
    /** On disk. */
    readonly bytes: number;
    readonly limits: JournalLimits;
    /** How long it took to make each group of results safe, in seconds. */
    readonly syncs: HistogramCounts;
  };
  readonly sinks: readonly SinkStatus[];
  readonly listeners: readonly ListenerStatus[];
  readonly counters: Readonly<Record<CounterName, number>>;
}

export interface ShimStatusParts {
  readonly journal: Pick<DiskJournal, 'size' | 'bytes' | 'limits' | 'syncs'>;
  readonly sinks: readonly ResultSink[];
  readonly listeners: { readonly status: readonly ListenerStatus[] };
  readonly config: { readonly status: ConfigStatus };
  readonly counters: Counters;
  readonly clock: Clock;
  readonly startedAt: number;
}

/** Asks everything that knows something. */
export function shimStatus(parts: ShimStatusParts): ShimStatus {
  const { journal, sinks, listeners, config, counters, clock, startedAt } = parts;
  return {
    program: 'nagtail-shim',
    version,
    pid: process.pid,
    startedAt,
    now: unixSeconds(clock),
    config: config.status,
    journal: {
      results: journal.size,
      bytes: journal.bytes,
      limits: journal.limits,
      syncs: journal.syncs,
    },
    sinks: sinks.map(({ status }) => status),
    listeners: listeners.status,
    counters: counters.snapshot(),
  };
}
