import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from '../../platform/sqlite-store.ts';

/**
 * The one position of receivers that share it: each result goes to one of them. No
 * receiver has an empty name.
 */
export const sharedPosition = '';

/**
 * How far each receiver has come: everything up to its position was delivered. Kept in
 * memory, so that nothing is sent twice while the store cannot be written.
 */
export class ReceiverPositions {
  readonly #positions: Map<string, number>;
  readonly #update: StatementSync;

  /**
   * Keeps the positions of these names and forgets others. A new one begins with the oldest
   * result that there is; only where receivers begin to share a position it is that of the one
   * that has come farthest: what one of them has needs not be sent to another.
   */
  constructor(database: DatabaseSync, names: readonly string[]) {
    const before = readPositions(database);
    const farthest = Math.max(0, ...before.values());
    this.#positions = new Map(
      names.map((name) => [name, before.get(name) ?? (name === sharedPosition ? farthest : 0)]),
    );
    this.#update = database.prepare(
      'INSERT INTO receivers VALUES (?, ?) ON CONFLICT DO UPDATE SET delivered_seq = excluded.delivered_seq',
    );
    inTransaction(database, () => {
      database.exec('DELETE FROM receivers');
      this.save();
    });
  }

  /** What all receivers have. */
  get least(): number {
    return Math.min(...this.#positions.values());
  }

  of(name: string): number {
    return this.#positions.get(name) ?? 0;
  }

  /** Never goes back. */
  move(name: string, seq: number): void {
    this.#positions.set(name, Math.max(this.of(name), seq));
  }

  /** Writes all positions, within a transaction of the caller. */
  save(): void {
    for (const [name, seq] of this.#positions) this.#update.run(name, seq);
  }
}

function readPositions(database: DatabaseSync): Map<string, number> {
  const rows = database.prepare('SELECT name, delivered_seq FROM receivers').all();
  return new Map(rows.map((row) => [String(row['name']), Number(row['delivered_seq'])]));
}
