import { decodeFields, encodeFields } from '../saved-fields.ts';

/** How far a journal was read. */
export interface JournalPosition {
  /** The entry that was read last; undefined: none, reading begins at the oldest. */
  readonly cursor: string | undefined;
  /** Lines of that entry that were taken; undefined: all, however many it has. */
  readonly lines: number | undefined;
  /** What was asked for then, as `queryName` says it: another question may not find that entry. */
  readonly query: string;
}

/** The name under which the position in a journal is saved. */
export function cursorName(input: string): string {
  return `cursor ${input}`;
}

export function encodeJournalPosition({ cursor, lines, query }: JournalPosition): string {
  return encodeFields({ cursor, lines, query });
}

/** @throws NagtailError STORE_FAILED when it is damaged or of a newer version */
export function decodeJournalPosition(name: string, state: string): JournalPosition {
  return decodeFields(name, state, (fields) => ({
    cursor: fields.has('cursor') ? cursorOf(fields.text('cursor')) : undefined,
    lines: fields.has('lines') ? fields.number('lines') : undefined,
    query: fields.text('query'),
  }));
}

/** It becomes an argument of a program. */
function cursorOf(text: string): string {
  if (/^[\w=;-]+$/.test(text)) return text;
  throw new TypeError('cursor: expected a cursor of the journal');
}
