/** What is saved of an engine: each is a table of records with numbers. */
export const stateTables = [
  'clock',
  'rules',
  'operations',
  'contexts',
  'variables',
  'ready_events',
  'delayed_events',
  'windows',
] as const;

export type StateTable = (typeof stateTables)[number];

/** Takes what has changed. The bytes of a record are valid during the call only. */
export interface StateSink {
  /** Writes a record, in place of one with that number. */
  put(table: StateTable, number: number, record: Uint8Array): void;
  remove(table: StateTable, number: number): void;
  /** The same for an event in the store of a context, by the numbers of both. */
  putEvent(context: number, number: number, record: Uint8Array): void;
  removeEvent(context: number, number: number): void;
  /** Removes all events of a context. */
  removeEvents(context: number): void;
}

export interface StateRow {
  readonly number: number;
  readonly record: Uint8Array;
}

export interface StateEventRow extends StateRow {
  readonly context: number;
}

/** Gives what was saved, in the order of the numbers. */
export interface StateSource {
  rows(table: StateTable): Iterable<StateRow>;
  /** The events of all contexts, those of each together. */
  events(): Iterable<StateEventRow>;
}
