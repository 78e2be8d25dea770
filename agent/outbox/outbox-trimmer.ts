import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OutboxLimits } from './outbox-limits.ts';

/** Results that are looked at together; bounds what a step holds in memory. */
const stepResults = 1_000;

/**
 * Steps of one transaction at most, so that it does not keep the delivery waiting when a limit
 * was lowered by a lot; the next commit goes on.
 */
const stepsMax = 20;

/** Keeps the outbox within its rows and bytes, by dropping what is worth least. */
export class OutboxTrimmer {
  readonly #limits: OutboxLimits;
  readonly #totals: StatementSync;
  readonly #count: StatementSync;
  readonly #superseded: Victims;
  readonly #oldest: Victims;

  constructor(database: DatabaseSync, limits: OutboxLimits) {
    this.#limits = limits;
    this.#totals = database.prepare('SELECT results, bytes FROM outbox_totals');
    this.#count = database.prepare(
      'UPDATE outbox_totals SET dropped_for_room = dropped_for_room + ?',
    );
    this.#superseded = victims(database, 'superseded = 1');
    this.#oldest = victims(database, 'true');
  }

  /** Drops results until the rest fits. Belongs into the transaction that added some. */
  trim(): number {
    let dropped = 0;
    for (let step = 0; step < stepsMax; step++) {
      const excess = this.#excess();
      if (excess.results <= 0 && excess.bytes <= 0) break;
      const fromSuperseded =
        this.#limits.overflow === 'oldest-per-service' ? drop(this.#superseded, excess) : 0;
      dropped += fromSuperseded > 0 ? fromSuperseded : drop(this.#oldest, excess);
    }
    if (dropped > 0) this.count(dropped);
    return dropped;
  }

  /** Notes that so many results had to go. */
  count(dropped: number): void {
    this.#count.run(dropped);
  }

  #excess(): Excess {
    const totals = this.#totals.get();
    return {
      results: Number(totals?.['results']) - this.#limits.resultsMax,
      bytes: Number(totals?.['bytes']) - this.#limits.bytesMax,
    };
  }
}

/** How much is too much. */
interface Excess {
  readonly results: number;
  readonly bytes: number;
}

/** Results of a kind, oldest first, and how they are dropped. */
interface Victims {
  readonly select: StatementSync;
  readonly remove: StatementSync;
}

function victims(database: DatabaseSync, kind: string): Victims {
  const bytes = 'length(host) + ifnull(length(service), 0) + length(output)';
  return {
    select: database.prepare(
      `SELECT seq, ${bytes} AS bytes FROM results WHERE ${kind} ORDER BY seq LIMIT ${stepResults}`,
    ),
    remove: database.prepare(`DELETE FROM results WHERE ${kind} AND seq <= ?`),
  };
}

/** Drops as many as are needed, oldest first, a step's worth at most. Returns how many. */
function drop({ select, remove }: Victims, excess: Excess): number {
  let { results, bytes } = excess;
  let last = 0;
  for (const row of select.iterate()) {
    if (results <= 0 && bytes <= 0) break;
    results--;
    bytes -= Number(row['bytes']);
    last = Number(row['seq']);
  }
  return last === 0 ? 0 : Number(remove.run(last).changes);
}
