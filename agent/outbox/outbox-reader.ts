import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from '../../platform/sqlite-store.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import { queuedResultOf } from './queued-row.ts';
import { ReceiverPositions } from './receiver-positions.ts';

/** What is in the outbox, and what ever had to go without having reached every receiver. */
export interface OutboxTotals {
  readonly results: number;
  /** Of host, service and output. */
  readonly bytes: number;
  /** Unix time in seconds of the oldest result; undefined when there is none. */
  readonly oldestTime: number | undefined;
  readonly droppedForRoom: number;
  readonly droppedForAge: number;
}

/** What waits for one receiver. */
export interface WaitingResults {
  readonly results: number;
  /** Unix time in seconds of the oldest; undefined when there is none. */
  readonly oldestTime: number | undefined;
}

/** Results that are dropped for their age in one transaction, about. */
const agedStep = 10_000;

/**
 * The end of the outbox where results go out; belongs to delivery.
 *
 * What was delivered is noted without waiting for the disk: a power failure (not a
 * crash of the program) may take back the last positions, and those results are sent again.
 */
export class OutboxReader {
  /** The name of this outbox: (stream, seq) names a result for ever, at any receiver. */
  readonly stream: string;
  readonly #database: DatabaseSync;
  readonly #positions: ReceiverPositions;
  readonly #select: StatementSync;
  readonly #oldest: StatementSync;
  readonly #count: StatementSync;
  readonly #totals: StatementSync;
  readonly #remove: StatementSync;
  readonly #younger: StatementSync;
  readonly #countAged: StatementSync;

  /**
   * @param receivers the names of all positions. A new one begins with the oldest result kept; one
   *   that is no longer named holds nothing up any more
   */
  constructor(database: DatabaseSync, receivers: readonly string[]) {
    this.#database = database;
    database.exec('PRAGMA synchronous = NORMAL');
    const prepare = (sql: string) => database.prepare(sql);
    this.#select = prepare('SELECT * FROM results WHERE seq > ? ORDER BY seq LIMIT ?');
    this.#oldest = prepare('SELECT seq, time FROM results WHERE seq > ? ORDER BY seq LIMIT 1');
    this.#count = prepare('SELECT count(*) AS results FROM results WHERE seq > ?');
    this.#totals = prepare('SELECT * FROM outbox_totals');
    this.#remove = prepare('DELETE FROM results WHERE seq <= ?');
    this.#younger = prepare(
      'SELECT seq FROM results WHERE time >= ? AND seq <= ? ORDER BY seq LIMIT 1',
    );
    this.#countAged = prepare('UPDATE outbox_totals SET dropped_for_age = dropped_for_age + ?');
    this.stream = streamOf(database);
    this.#positions = new ReceiverPositions(database, receivers);
    this.#removeDelivered();
  }

  /** The oldest results that this receiver does not have yet. */
  pending(receiver: string, limit: number): QueuedResult[] {
    return this.#select.all(this.#positions.of(receiver), limit).map(queuedResultOf);
  }

  /** What waits for this receiver. Does not count a long queue one by one. */
  waiting(receiver: string): WaitingResults {
    const position = this.#positions.of(receiver);
    const oldestTime = this.#oldestAfter(position)?.time;
    if (oldestTime === undefined) return { results: 0, oldestTime };
    // Who is last has all that there is before him; who is not has little.
    const all = (this.#oldestAfter(0)?.seq ?? 0) > position;
    const results = all ? this.totals().results : Number(this.#count.get(position)?.['results']);
    return { results, oldestTime };
  }

  totals(): OutboxTotals {
    const row = this.#totals.get();
    return {
      results: Number(row?.['results']),
      bytes: Number(row?.['bytes']),
      oldestTime: this.#oldestAfter(0)?.time,
      droppedForRoom: Number(row?.['dropped_for_room']),
      droppedForAge: Number(row?.['dropped_for_age']),
    };
  }

  /**
   * Notes that a receiver has everything up to `seq`; what all receivers have is removed.
   * When the store cannot be written the note is kept in memory, and written with the next one.
   * @throws what the store throws
   */
  delivered(receiver: string, seq: number): void {
    this.#positions.move(receiver, seq);
    inTransaction(this.#database, () => {
      this.#positions.save();
      this.#remove.run(this.#positions.least);
    });
  }

  /** Drops results from the old end that were made before a time. Returns how many. */
  dropOlderThan(time: number): number {
    let dropped = 0;
    for (;;) {
      const oldest = this.#oldestAfter(0);
      if (oldest === undefined || oldest.time >= time) return dropped;
      // In steps, between which the pipeline can commit.
      const firstKept = Number(this.#younger.get(time, oldest.seq + agedStep)?.['seq']);
      const through = Number.isNaN(firstKept) ? oldest.seq + agedStep : firstKept - 1;
      dropped += inTransaction(this.#database, () => {
        const { changes } = this.#remove.run(through);
        this.#countAged.run(changes);
        return Number(changes);
      });
    }
  }

  #removeDelivered(): void {
    inTransaction(this.#database, () => this.#remove.run(this.#positions.least));
  }

  #oldestAfter(position: number): { readonly seq: number; readonly time: number } | undefined {
    const row = this.#oldest.get(position);
    return row === undefined ? undefined : { seq: Number(row['seq']), time: Number(row['time']) };
  }
}

function streamOf(database: DatabaseSync): string {
  const row = database.prepare("SELECT value FROM meta WHERE name = 'stream'").get();
  return String(row?.['value']);
}
