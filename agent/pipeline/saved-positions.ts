import type { DatabaseSync } from 'node:sqlite';

/** What an input needs to go on after a restart; the same as agent/input says. */
export interface SavedPosition {
  readonly name: string;
  /** Read by the input alone; empty: nothing is to be kept under that name any more. */
  readonly state: string;
}

/** The positions of the inputs as they were committed last. */
export function readPositions(database: DatabaseSync): readonly SavedPosition[] {
  const rows = database.prepare('SELECT name, state FROM positions').all();
  return rows.map(({ name, state }) => ({ name: String(name), state: String(state) }));
}

/** Writes positions, within a transaction of the caller. */
export function positionWriter(
  database: DatabaseSync,
): (positions: readonly SavedPosition[]) => void {
  const put = database.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM positions WHERE name = ?');
  return (positions) => {
    for (const { name, state } of positions) {
      if (state === '') remove.run(name);
      else put.run(name, state);
    }
  };
}
