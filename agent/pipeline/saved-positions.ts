import type { DatabaseSync } from 'node:sqlite';
import { NagtailError } from '../../platform/errors.ts';
import type { InputSpec } from '../input/input-spec.ts';
import { type InputSet, openInputs } from '../input/inputs.ts';
import type { SavedSource } from '../input/saved-source.ts';
import type { Savable } from './committer.ts';
import { type KeepStateParts, tellDamage } from './keep-state.ts';

/** The positions of the inputs as they were committed last. */
function readPositions(database: DatabaseSync): readonly SavedSource[] {
  const rows = database.prepare('SELECT name, state FROM positions').all();
  return rows.map(({ name, state }) => ({ name: String(name), state: String(state) }));
}

/**
 * Opens the inputs where they were when they were committed last. Positions that cannot be
 * read are told and forgotten: then the inputs begin as at a first start. `onHint` as in
 * InputEnvironment.
 */
export function openInputsAgain(
  specs: readonly InputSpec[],
  parts: KeepStateParts,
  onHint: () => void,
): InputSet {
  const { database, log, clock } = parts;
  const environment = { log, clock, onHint };
  const saved = readPositions(database);
  try {
    return openInputs(specs, environment, saved);
  } catch (error) {
    if (!(error instanceof NagtailError) || saved.length === 0) throw error;
    tellDamage(`positions of the inputs (${error.message})`, parts);
    database.exec('DELETE FROM positions');
    return openInputs(specs, environment);
  }
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
