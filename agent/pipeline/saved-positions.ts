import type { DatabaseSync } from 'node:sqlite';
import type { InputSet } from '../input/inputs.ts';
import type { SavedSource } from '../input/saved-source.ts';
import type { Savable } from './committer.ts';

/** The positions of the inputs as they were committed last. */
export function readPositions(database: DatabaseSync): readonly SavedSource[] {
  const rows = database.prepare('SELECT name, state FROM positions').all();
  return rows.map(({ name, state }) => ({ name: String(name), state: String(state) }));
}

/** The positions of the inputs as a part of each commit. */
export function positionsOf(
  inputs: Pick<InputSet, 'changedPositions' | 'positionsSaved'>,
  database: DatabaseSync,
): Savable {
  const put = database.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM positions WHERE name = ?');
  return {
    get hasChanges() {
      return inputs.changedPositions().length > 0;
    },
    save() {
      for (const { name, state } of inputs.changedPositions()) {
        if (state === '') remove.run(name);
        else put.run(name, state);
      }
    },
    saved: () => inputs.positionsSaved(),
  };
}
