import type { Log } from '../../platform/log.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import type { ResultId } from '../../protocol/result-id.ts';
import type { Counters } from '../counters.ts';
import type { JournalEntry, ReceivedResult, ResultJournal } from './result-journal.ts';

/** How much may wait; at either limit senders are held back. */
export interface QueueLimits {
  readonly maxResults: number;
  /** Bytes of names and outputs, with a share for bookkeeping. */
  readonly maxBytes: number;
}

export const queueLimitsDefault: QueueLimits = {
  maxResults: 100_000,
  maxBytes: 64 * 1024 * 1024,
};

/** What an entry costs beside its texts, roughly, in bytes. */
const entryBytes = 150;

/** An append that waits for room. */
interface Waiter {
  readonly results: readonly ReceivedResult[];
  readonly admitted: () => void;
}

/**
 * A journal in memory: it survives a stopped Nagios, not the end of this process.
 *
 * A batch that is appended while there is room is taken whole, so the limits can
 * be passed by one batch: what one read from one connection brought.
 */
export class MemoryQueue implements ResultJournal {
  readonly #limits: QueueLimits;
  readonly #log: Log;
  readonly #counters: Counters;
  readonly #listeners: (() => void)[] = [];
  readonly #waiters: Waiter[] = [];
  /** The highest number of each stream. */
  readonly #lastSeqs = new Map<string, number>();
  #entries: JournalEntry[] = [];
  /** Entries before this index were removed; they are cut off now and then. */
  #head = 0;
  #bytes = 0;
  #nextSequence = 1;
  #full = false;

  constructor(limits: QueueLimits, parts: { readonly log: Log; readonly counters: Counters }) {
    this.#limits = limits;
    this.#log = parts.log;
    this.#counters = parts.counters;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  append(results: readonly ReceivedResult[]): Promise<void> {
    if (results.length === 0) return Promise.resolve();
    if (this.#belowLimits()) {
      this.#take(results);
      return Promise.resolve();
    }
    this.#counters.add('journal_waits');
    this.#sayFull();
    return new Promise((admitted) => this.#waiters.push({ results, admitted }));
  }

  lastSeq(stream: string): number {
    return this.#lastSeqs.get(stream) ?? 0;
  }

  oldest(limit: number): readonly JournalEntry[] {
    return this.#entries.slice(this.#head, this.#head + limit);
  }

  removeThrough(sequence: number): void {
    for (;;) {
      const entry = this.#entries[this.#head];
      if (entry === undefined || entry.sequence > sequence) break;
      this.#bytes -= bytesOfResult(entry.result);
      this.#head++;
    }
    if (this.#head > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    this.#admitWaiters();
  }

  onAppended(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Never true while somebody waits: room is given to those first. */
  #belowLimits(): boolean {
    return this.size < this.#limits.maxResults && this.#bytes < this.#limits.maxBytes;
  }

  /** Only then the queue is said to have room again, lest the log fills with ups and downs. */
  #isHalfEmpty(): boolean {
    const { maxResults, maxBytes } = this.#limits;
    return this.size <= maxResults / 2 && this.#bytes <= maxBytes / 2;
  }

  #take(results: readonly ReceivedResult[]): void {
    for (const { result, id } of results) {
      if (id !== undefined && !this.#isNew(id)) {
        this.#counters.add('results_repeated');
        continue;
      }
      this.#entries.push({ sequence: this.#nextSequence++, result });
      this.#bytes += bytesOfResult(result);
    }
    for (const listener of this.#listeners) listener();
  }

  /** Whether a result is no repeat; from then on it is known. */
  #isNew({ stream, seq }: ResultId): boolean {
    if (seq <= this.lastSeq(stream)) return false;
    this.#lastSeqs.set(stream, seq);
    return true;
  }

  #admitWaiters(): void {
    while (this.#belowLimits()) {
      const waiter = this.#waiters.shift();
      if (waiter === undefined) break;
      this.#take(waiter.results);
      waiter.admitted();
    }
    if (this.#full && this.#isHalfEmpty()) {
      this.#full = false;
      this.#log.info('JOURNAL_HAS_SPACE', 'the queue has room again; clients are served', {
        results: this.size,
      });
    }
  }

  #sayFull(): void {
    if (this.#full) return;
    this.#full = true;
    this.#log.warn(
      'JOURNAL_FULL',
      'the queue is full; clients are held back until Nagios has taken some results',
      { results: this.size, bytes: this.#bytes },
    );
  }
}

function bytesOfResult({ host, service, output }: CheckResult): number {
  return host.length + (service?.length ?? 0) + output.length + entryBytes;
}
