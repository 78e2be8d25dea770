import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../platform/clock.ts';
import { messageOf, NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { Histogram, type HistogramCounts, shortSeconds } from '../../platform/metrics/histogram.ts';
import { isDamage } from '../../platform/sound-store.ts';
import { inTransaction } from '../../platform/sqlite-store.ts';
import type { OutboxCommit, OutboxWriter } from '../outbox/outbox-writer.ts';

/** Between two commits with results, in milliseconds: results that come together share one. */
export const resultBatchMs = 50;

/** The longest that progress without a result stays uncommitted, in milliseconds. */
export const commitIntervalMs = 1_000;

/**
 * A commit that took long is followed by a pause of so many times as long, up to
 * `commitIntervalMs`: under load commits take a fifteenth of the time, and hold more.
 */
const pausePerCommit = 14;

/** Between two attempts while the store takes nothing, in milliseconds. */
export const commitRetryMs = 1_000;

/**
 * How far rules run ahead of a store that takes nothing: then they stand still, so that
 * memory stays bounded and not more than this is done twice after a crash. The
 * logs are the buffer.
 */
export const heldLinesMax = 100_000;
export const heldResultsMax = 10_000;
export const heldBytesMax = 64 * 1024 * 1024;

/** Something that is written in the transaction of a commit. */
export interface Savable {
  /** True when something is to be written. */
  readonly hasChanges: boolean;
  /** Writes what has changed since it was last told `saved()`. */
  save(): void;
  /** What was written is durable. */
  saved(): void;
}

export interface CommitterParts {
  readonly database: DatabaseSync;
  readonly outbox: OutboxWriter;
  /** Positions of inputs, state of the engine: what must be true together with the results. */
  readonly savables: readonly Savable[];
  readonly clock: Clock;
  readonly log: Log;
}

/** How saving goes. */
export interface CommitCounts {
  readonly commits: number;
  /** How long each took, in seconds. */
  readonly durations: HistogramCounts;
  /** The store takes nothing. */
  readonly failing: boolean;
  /** Lines that went through the rules and are not in the store. */
  readonly heldLines: number;
  readonly heldResults: number;
}

const nothing: OutboxCommit = { added: 0, dropped: 0 };

/**
 * Commits results together with the state that they came out of: one transaction, so
 * that after a crash the lines behind it are handled again and those before it never.
 */
export class Committer {
  readonly #parts: CommitterParts;
  /** Monotonic time when it last committed, tried to, or found nothing to commit. */
  #lookedAtMs = -Infinity;
  /** How long the last commit took. */
  #tookMs = 0;
  /** Lines that went through the rules since the last commit. */
  #lines = 0;
  #failing = false;
  #commits = 0;
  readonly #durations = new Histogram(shortSeconds);

  constructor(parts: CommitterParts) {
    this.#parts = parts;
  }

  /** Notes lines that went through the rules. */
  handled(lines: number): void {
    this.#lines += lines;
  }

  /** True when nothing more must be taken until the store works again. */
  get isFull(): boolean {
    if (!this.#failing) return false;
    const { pending, pendingBytes } = this.#parts.outbox;
    return this.#lines >= heldLinesMax || pending >= heldResultsMax || pendingBytes >= heldBytesMax;
  }

  /** True while the store takes nothing. */
  get isFailing(): boolean {
    return this.#failing;
  }

  /** What it has done since the start, and what waits for the store. */
  get counts(): CommitCounts {
    const { outbox } = this.#parts;
    return {
      commits: this.#commits,
      durations: this.#durations.counts,
      failing: this.#failing,
      heldLines: this.#lines,
      heldResults: outbox.pending,
    };
  }

  /** True when there is something to commit. */
  get hasWork(): boolean {
    const { outbox, savables } = this.#parts;
    return outbox.hasChanges || savables.some(({ hasChanges }) => hasChanges);
  }

  /** In how many milliseconds `commitIfDue` has to be called again. */
  dueInMs(): number {
    const { clock } = this.#parts;
    return Math.max(0, this.#lookedAtMs + this.#pauseMs() - clock.monotonicMs());
  }

  #pauseMs(): number {
    if (this.#failing) return commitRetryMs;
    if (this.#parts.outbox.pending === 0) return commitIntervalMs;
    const paced = Math.max(resultBatchMs, pausePerCommit * this.#tookMs);
    return Math.min(commitIntervalMs, paced);
  }

  /** Commits when it is time to and something has changed. Returns how many results became durable. */
  commitIfDue(): number {
    if (this.dueInMs() > 0) return 0;
    if (this.hasWork) return this.commit();
    this.#lookedAtMs = this.#parts.clock.monotonicMs();
    return 0;
  }

  /**
   * Commits all that is there. Returns how many results became durable.
   * @throws NagtailError STORE_DAMAGED when the file is damaged, which no waiting will heal
   */
  commit(): number {
    const { outbox, savables, clock } = this.#parts;
    this.#lookedAtMs = clock.monotonicMs();
    let commit = nothing;
    try {
      commit = inTransaction(this.#parts.database, () => {
        for (const savable of savables) savable.save();
        return outbox.write();
      });
    } catch (error) {
      if (isDamage(error)) throw damaged(error);
      this.#tellFailure(error);
      return 0;
    }
    outbox.written();
    for (const savable of savables) savable.saved();
    this.#tookMs = clock.monotonicMs() - this.#lookedAtMs;
    this.#commits++;
    this.#durations.observe(this.#tookMs / 1_000);
    this.#lines = 0;
    this.#tellSuccess();
    return commit.added;
  }

  /** The last commit before the end. What it cannot write is handled again at the next start. */
  commitLast(): number {
    const added = this.commit();
    if (!this.#failing) return added;
    const { log, outbox } = this.#parts;
    const fields = { lines: this.#lines, results: outbox.pending };
    const message = `stopped with ${fields.lines} lines and ${fields.results} results not committed: lines that inputs still have are handled again at the next start`;
    log.error('NOT_COMMITTED', message, fields);
    return added;
  }

  #tellFailure(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const { log } = this.#parts;
    const message = `cannot write to the store: ${messageOf(error)}; results and positions are held back until it works again`;
    log.error('STORE_FAILED', message);
  }

  #tellSuccess(): void {
    const { log } = this.#parts;
    if (this.#failing) log.info('STORE_WORKS', 'the store can be written again');
    this.#failing = false;
  }
}

function damaged(cause: unknown): NagtailError {
  return new NagtailError('STORE_DAMAGED', `the store is damaged: ${messageOf(cause)}`, { cause });
}
