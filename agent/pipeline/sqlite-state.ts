import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type StateEventRow,
  type StateRow,
  type StateSink,
  type StateSource,
  type StateTable,
  stateTables,
} from '../sec/state/state-store.ts';

/** The state of the engine in the tables of the store. Writes belong into a transaction of the caller. */
export class SqliteState implements StateSink, StateSource {
  readonly #database: DatabaseSync;
  readonly #put: Readonly<Record<StateTable, StatementSync>>;
  readonly #remove: Readonly<Record<StateTable, StatementSync>>;
  readonly #putEvent: StatementSync;
  readonly #removeEvent: StatementSync;
  readonly #removeEvents: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#put = forEachTable((table) =>
      database.prepare(`INSERT OR REPLACE INTO state_${table} VALUES (?, ?)`),
    );
    this.#remove = forEachTable((table) =>
      database.prepare(`DELETE FROM state_${table} WHERE id = ?`),
    );
    this.#putEvent = database.prepare(
      'INSERT OR REPLACE INTO state_context_events VALUES (?, ?, ?)',
    );
    this.#removeEvent = database.prepare(
      'DELETE FROM state_context_events WHERE context = ? AND id = ?',
    );
    this.#removeEvents = database.prepare('DELETE FROM state_context_events WHERE context = ?');
  }

  put(table: StateTable, number: number, record: Uint8Array): void {
    this.#put[table].run(number, record);
  }

  remove(table: StateTable, number: number): void {
    this.#remove[table].run(number);
  }

  putEvent(context: number, number: number, record: Uint8Array): void {
    this.#putEvent.run(context, number, record);
  }

  removeEvent(context: number, number: number): void {
    this.#removeEvent.run(context, number);
  }

  removeEvents(context: number): void {
    this.#removeEvents.run(context);
  }

  *rows(table: StateTable): Iterable<StateRow> {
    const select = this.#database.prepare(`SELECT id, record FROM state_${table} ORDER BY id`);
    for (const { id, record } of select.iterate()) {
      if (record instanceof Uint8Array) yield { number: Number(id), record };
    }
  }

  *events(): Iterable<StateEventRow> {
    const select = this.#database.prepare(
      'SELECT context, id, record FROM state_context_events ORDER BY context, id',
    );
    for (const { context, id, record } of select.iterate()) {
      if (record instanceof Uint8Array) {
        yield { context: Number(context), number: Number(id), record };
      }
    }
  }

  /** Forgets everything. */
  clear(): void {
    for (const table of stateTables) this.#database.exec(`DELETE FROM state_${table}`);
    this.#database.exec('DELETE FROM state_context_events');
  }
}

function forEachTable(
  make: (table: StateTable) => StatementSync,
): Readonly<Record<StateTable, StatementSync>> {
  // All tables are there: the list that it is made from is that of the type.
  return Object.fromEntries(stateTables.map((table) => [table, make(table)])) as Record<
    StateTable,
    StatementSync
  >;
}
