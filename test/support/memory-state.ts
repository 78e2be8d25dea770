import {
  type StateEventRow,
  type StateRow,
  type StateSink,
  type StateSource,
  type StateTable,
  stateTables,
} from '../../agent/sec/state/state-store.ts';

/** A saved state in memory. */
export class MemoryState implements StateSink, StateSource {
  readonly #tables = new Map(
    stateTables.map((table) => [table, new Map<number, Uint8Array>()] as const),
  );
  readonly #events = new Map<number, Map<number, Uint8Array>>();
  /** Records that were written or removed. */
  writes = 0;
  /** Bytes that were written. */
  bytes = 0;

  put(table: StateTable, number: number, record: Uint8Array): void {
    this.#tables.get(table)?.set(number, this.#copy(record));
  }

  remove(table: StateTable, number: number): void {
    this.writes++;
    this.#tables.get(table)?.delete(number);
  }

  putEvent(context: number, number: number, record: Uint8Array): void {
    const events = this.#events.get(context) ?? new Map<number, Uint8Array>();
    this.#events.set(context, events);
    events.set(number, this.#copy(record));
  }

  removeEvent(context: number, number: number): void {
    this.writes++;
    this.#events.get(context)?.delete(number);
  }

  removeEvents(context: number): void {
    this.writes++;
    this.#events.delete(context);
  }

  *rows(table: StateTable): Iterable<StateRow> {
    for (const [number, record] of sorted(this.#tables.get(table))) yield { number, record };
  }

  *events(): Iterable<StateEventRow> {
    for (const [context, events] of sorted(this.#events)) {
      for (const [number, record] of sorted(events)) yield { context, number, record };
    }
  }

  /** Everything as a text, but for the time of saving: two states with the same one are the same. */
  get text(): string {
    const lines = stateTables.flatMap((table) =>
      table === 'clock'
        ? []
        : [...this.rows(table)].map(({ number, record }) => `${table} ${number} ${hex(record)}`),
    );
    for (const { context, number, record } of this.events()) {
      lines.push(`event ${context} ${number} ${hex(record)}`);
    }
    return lines.join('\n');
  }

  #copy(record: Uint8Array): Uint8Array {
    this.writes++;
    this.bytes += record.length;
    return Uint8Array.from(record);
  }
}

function sorted<Value>(map: ReadonlyMap<number, Value> = new Map()): [number, Value][] {
  return [...map].sort(([left], [right]) => left - right);
}

function hex(record: Uint8Array): string {
  return Buffer.from(record).toString('latin1').replaceAll('\n', '\\n');
}
