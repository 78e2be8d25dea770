import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { outboxFile } from '../../agent/outbox/outbox-schema.ts';
import { waitFor } from './wait-for.ts';

/** What an agent has committed. */
export interface StoredState {
  readonly operations: number;
  readonly contexts: number;
  readonly results: number;
}

/** Waits until an agent with its files in a folder has committed what a test wants. */
export async function stateIn(
  folder: string,
  isWanted: (state: StoredState) => boolean,
): Promise<StoredState> {
  return await storedIn(path.join(folder, 'state'), isWanted);
}

/** The same for its state_dir. */
export async function storedIn(
  folder: string,
  isWanted: (state: StoredState) => boolean,
): Promise<StoredState> {
  return await waitFor(
    'a state in the store',
    () => storedState(path.join(folder, outboxFile)),
    isWanted,
  );
}

/** What is committed in the store of an agent, which may run. */
function storedState(file: string): StoredState {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    const count = (table: string) =>
      Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
    return {
      operations: count('state_operations'),
      contexts: count('state_contexts'),
      results: count('results'),
    };
  } finally {
    database.close();
  }
}
