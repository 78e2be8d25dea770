import { NagtailError } from '../../platform/errors.ts';
import { recordBytes } from './batch.ts';
import type { ReceivedResult } from './result-journal.ts';

/** One append that waits for the disk. */
export interface Append {
  readonly results: readonly ReceivedResult[];
  readonly bytes: number;
  /** When it has waited long enough, by the monotonic clock. */
  readonly deadlineMs: number;
  /** Whoever brought it can do with an answer a little later, if that saves a sync. */
  readonly mayGather: boolean;
  readonly settle: (error?: NagtailError) => void;
}

/** So much may wait for the disk in memory; whoever brings more is turned away at once. */
const waitingBytesLimit = 64 * 1024 * 1024;

/** Appends go to disk together until they have so many bytes. */
const groupBytes = 1024 * 1024;

/** Appends in the order of their coming, until they are on disk. */
export class AppendQueue {
  #appends: Append[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#appends.length === 0;
  }

  /** Whether somebody waits who may not be kept until others have gathered. */
  get isUrgent(): boolean {
    return this.#appends.some(({ mayGather }) => !mayGather);
  }

  /** When the first append has waited long enough. */
  get deadlineMs(): number | undefined {
    return this.#appends[0]?.deadlineMs;
  }

  /** Resolves when a group with these results is on disk. */
  add(
    results: readonly ReceivedResult[],
    { deadlineMs, mayGather }: Pick<Append, 'deadlineMs' | 'mayGather'>,
  ): Promise<void> {
    let bytes = 0;
    for (const result of results) bytes += recordBytes(result);
    if (this.#bytes + bytes > waitingBytesLimit) {
      return Promise.reject(unavailable('too much waits for the disk already'));
    }
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      const settle = (error?: NagtailError) => (error === undefined ? resolve() : reject(error));
      this.#appends.push({ results, bytes, deadlineMs, mayGather, settle });
    });
  }

  /** Takes the oldest appends, as many as go to disk together. */
  takeGroup(): readonly Append[] {
    let bytes = 0;
    let count = 0;
    for (const append of this.#appends) {
      if (count > 0 && bytes + append.bytes > groupBytes) break;
      bytes += append.bytes;
      count++;
    }
    return this.#appends.splice(0, count);
  }

  /** Puts a group back in front that could not be written. */
  putBack(group: readonly Append[]): void {
    this.#appends = [...group, ...this.#appends];
  }

  /** Settles a group that is on disk. */
  done(group: readonly Append[]): void {
    for (const { bytes, settle } of group) {
      this.#bytes -= bytes;
      settle();
    }
  }

  /** Turns away those whose deadline is over; gives how many. */
  expire(nowMs: number, why: string): number {
    let expired = 0;
    for (const { deadlineMs } of this.#appends) {
      if (deadlineMs > nowMs) break;
      expired++;
    }
    for (const { bytes, settle } of this.#appends.splice(0, expired)) {
      this.#bytes -= bytes;
      settle(unavailable(why));
    }
    return expired;
  }
}

function unavailable(why: string): NagtailError {
  return new NagtailError('JOURNAL_UNAVAILABLE', `the journal takes no results now: ${why}`);
}
