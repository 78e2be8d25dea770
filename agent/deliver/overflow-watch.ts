import { type Clock, unixSeconds } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { OutboxLimits } from '../outbox/outbox-limits.ts';
import type { OutboxTotals } from '../outbox/outbox-reader.ts';

/** An overflow is over when no limit is used up by more than this. */
const fillAtEnd = 0.5;

/** Tells when the outbox begins to drop results, and when it is over how many it were. */
export class OverflowWatch {
  readonly #limits: OutboxLimits;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Results that were dropped in all, when it last looked. */
  #droppedBefore: number;
  /** The overflow that is going on. */
  #overflow: { readonly since: number; readonly droppedBefore: number } | undefined;

  constructor(limits: OutboxLimits, now: OutboxTotals, clock: Clock, log: Log) {
    this.#limits = limits;
    this.#clock = clock;
    this.#log = log;
    this.#droppedBefore = now.droppedForRoom + now.droppedForAge;
  }

  /** To be called whenever the outbox may have changed. */
  look(totals: OutboxTotals): void {
    const dropped = totals.droppedForRoom + totals.droppedForAge;
    if (dropped > this.#droppedBefore && this.#overflow === undefined) this.#begin(totals);
    this.#droppedBefore = dropped;
    if (this.#overflow !== undefined && this.#fill(totals) <= fillAtEnd) this.end();
  }

  /** Sums up an overflow that is going on: it is over, or the program ends. */
  end(): void {
    if (this.#overflow === undefined) return;
    const { since, droppedBefore } = this.#overflow;
    this.#overflow = undefined;
    const dropped = this.#droppedBefore - droppedBefore;
    const seconds = unixSeconds(this.#clock) - since;
    const message = `the outbox dropped ${dropped} results in ${seconds} s`;
    this.#log.warn('OUTBOX_DROPPED', message, { dropped, seconds });
  }

  #begin({ results, bytes, oldestTime }: OutboxTotals): void {
    const now = unixSeconds(this.#clock);
    this.#overflow = { since: now, droppedBefore: this.#droppedBefore };
    const { resultsMax, bytesMax, ageMaxSeconds, overflow } = this.#limits;
    const limits = `${resultsMax} results, ${bytesMax} bytes${ageMaxSeconds > 0 ? `, ${ageMaxSeconds} s` : ''}`;
    const which =
      overflow === 'oldest'
        ? 'the oldest'
        : 'the oldest, first those that a newer one of their service follows,';
    const message = `the outbox is at its limit (${limits}): ${which} are dropped until receivers take them`;
    const fields = {
      results,
      bytes,
      oldest_seconds: oldestTime === undefined ? 0 : now - oldestTime,
    };
    this.#log.error('OUTBOX_FULL', message, fields);
  }

  /** How much of the limits is used up, from 0 to about 1. */
  #fill({ results, bytes, oldestTime }: OutboxTotals): number {
    const { resultsMax, bytesMax, ageMaxSeconds } = this.#limits;
    const age = oldestTime === undefined ? 0 : unixSeconds(this.#clock) - oldestTime;
    return Math.max(
      results / resultsMax,
      bytes / bytesMax,
      ageMaxSeconds > 0 ? age / ageMaxSeconds : 0,
    );
  }
}
