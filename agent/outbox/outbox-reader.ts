import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from '../../platform/sqlite-store.ts';
import type { QueuedResult } from './queued-result.ts';
import { queuedResultOf } from './queued-row.ts';

/** The end of the outbox where results go out; belongs to delivery. */
export class OutboxReader {
  /** The name of this outbox: (stream, seq) names a result for ever, at any receiver. */
  readonly stream: string;
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #count: StatementSync;
  readonly #setPosition: StatementSync;
  readonly #removeDelivered: StatementSync;

  /** @param receivers the names of all receivers; a new one begins with the oldest result kept */
  constructor(database: DatabaseSync, receivers: readonly string[]) {
    this.#database = database;
    this.#select = database.prepare(
      `SELECT * FROM results
       WHERE seq > (SELECT delivered_seq FROM receivers WHERE name = ?) ORDER BY seq LIMIT ?`,
    );
    this.#count = database.prepare(
      `SELECT count(*) AS waiting FROM results
       WHERE seq > (SELECT delivered_seq FROM receivers WHERE name = ?)`,
    );
    this.#setPosition = database.prepare('UPDATE receivers SET delivered_seq = ? WHERE name = ?');
    this.#removeDelivered = database.prepare(
      'DELETE FROM results WHERE seq <= (SELECT min(delivered_seq) FROM receivers)',
    );
    this.stream = streamOf(database);
    this.#keepReceivers(receivers);
  }

  /** The oldest results that this receiver does not have yet. */
  pending(receiver: string, limit: number): QueuedResult[] {
    return this.#select.all(receiver, limit).map(queuedResultOf);
  }

  /** How many results wait for this receiver. */
  waiting(receiver: string): number {
    return Number(this.#count.get(receiver)?.['waiting'] ?? 0);
  }

  /** Notes that a receiver has everything up to `seq`; what all receivers have is removed. */
  delivered(receiver: string, seq: number): void {
    inTransaction(this.#database, () => {
      this.#setPosition.run(seq, receiver);
      this.#removeDelivered.run();
    });
  }

  #keepReceivers(receivers: readonly string[]): void {
    const insert = this.#database.prepare('INSERT OR IGNORE INTO receivers VALUES (?, 0)');
    const known = this.#database.prepare('SELECT name FROM receivers');
    const remove = this.#database.prepare('DELETE FROM receivers WHERE name = ?');
    inTransaction(this.#database, () => {
      for (const name of receivers) insert.run(name);
      for (const { name } of known.all()) {
        if (typeof name === 'string' && !receivers.includes(name)) remove.run(name);
      }
    });
  }
}

function streamOf(database: DatabaseSync): string {
  const row = database.prepare("SELECT value FROM meta WHERE name = 'stream'").get();
  return String(row?.['value']);
}
