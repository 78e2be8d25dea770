import { closeSync, existsSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Clock } from './clock.ts';
import { messageOf, NagtailError, systemReason } from './errors.ts';
import type { Log } from './log.ts';
import { inTransaction, openStore, type StoreSchema } from './sqlite-store.ts';

/** SQLite's codes for a file that is damaged, and for one that is no database at all. */
const damageCodes: readonly unknown[] = [11, 26];

/** What belongs to a SQLite file and must go with it. */
const companions = ['', '-wal', '-shm'];

export interface SoundStoreParts {
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Opens a store as openStore does, but looks at all of it first. A damaged file is set aside
 * under a new name and told, and a new one made, with what can still be read of the tables that are worth
 * it. To be called once at the start, by whoever has the folder.
 * @throws NagtailError as openStore does, but for damage
 */
export function openSoundStore(
  file: string,
  schema: StoreSchema,
  { log, clock }: SoundStoreParts,
): DatabaseSync {
  const damage = damageOf(file, schema);
  if (damage === undefined) return openStore(file, schema);
  const aside = setDamagedAside(file, clock);
  const database = openStore(file, schema);
  const { rows: salvaged, hindrance } = salvage(aside, database, schema.salvaged ?? []);
  const but = hindrance === undefined ? '' : `; no more could be taken over: ${hindrance}`;
  const message = `the store ${file} is damaged (${damage}): it was set aside as ${aside}, and a new one made with ${salvaged} records that could still be read${but}`;
  log.error('STORE_DAMAGED', message, { file, aside, salvaged });
  return database;
}

/**
 * Carries over what can be read, table by table, each up to its first damaged page. Gives how many rows, and
 * what else than damage kept it from more, a full disk for example.
 */
function salvage(
  aside: string,
  database: DatabaseSync,
  tables: readonly string[],
): { readonly rows: number; readonly hindrance: string | undefined } {
  let rows = 0;
  let damaged: DatabaseSync | undefined;
  try {
    damaged = new DatabaseSync(aside, { readOnly: true });
    for (const table of tables) rows += salvageTable(damaged, database, table);
    return { rows, hindrance: undefined };
  } catch (error) {
    // Of a damaged file not even the list of tables may be readable.
    return { rows, hindrance: isDamage(error) ? undefined : messageOf(error) };
  } finally {
    damaged?.close();
  }
}

function salvageTable(from: DatabaseSync, to: DatabaseSync, table: string): number {
  return inTransaction(to, () => {
    let rows = 0;
    let insert: StatementSync | undefined;
    try {
      for (const row of from.prepare(`SELECT * FROM ${table}`).iterate()) {
        const values = Object.values(row);
        const places = values.map(() => '?').join(', ');
        insert ??= to.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${places})`);
        insert.run(...values);
        rows++;
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    return rows;
  });
}

/** Writes all that a store holds into a new file, durably. */
export function copyStore(database: DatabaseSync, file: string): void {
  database.prepare('VACUUM INTO ?').run(file);
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Keeps a copy of a store beside it, under the name of a damaged one. Returns that name. */
export function keepCopy(database: DatabaseSync, file: string, clock: Clock): string {
  const aside = nameAside(file, 'damaged', clock);
  copyStore(database, aside);
  return aside;
}

/** True for an error that says that the file is damaged: it will not get better by itself. */
export function isDamage(error: unknown): boolean {
  // Of an extended code the lowest byte says the kind.
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return damageCodes.includes(code);
}

/** What is wrong with a store; undefined when nothing is, or when there is none. */
function damageOf(file: string, schema: StoreSchema): string | undefined {
  if (!existsSync(file)) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = openStore(file, schema);
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (found !== 'ok') return String(found);
    return missingTable(database, schema);
  } catch (error) {
    const cause = error instanceof NagtailError ? error.cause : error;
    if (!isDamage(cause)) throw error;
    return messageOf(cause);
  } finally {
    database?.close();
  }
}

/** A file may be sound and yet not be ours. */
function missingTable(database: DatabaseSync, schema: StoreSchema): string | undefined {
  const wanted = new DatabaseSync(':memory:');
  wanted.exec(schema.create);
  const found = new Set(definitions(database));
  const missing = definitions(wanted).find((definition) => !found.has(definition));
  wanted.close();
  return missing === undefined ? undefined : `it does not have: ${missing.split('(')[0]}`;
}

function definitions(database: DatabaseSync): string[] {
  const rows = database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').all();
  return rows.map(({ sql }) => String(sql).replace(/\s+/g, ' '));
}

function setDamagedAside(file: string, clock: Clock): string {
  try {
    return setAside(file, 'damaged', clock);
  } catch (error) {
    const message = `the store ${file} is damaged and cannot be set aside: ${systemReason(error)}`;
    throw new NagtailError('STORE_FAILED', message, { cause: error });
  }
}

/** Gives a store, as far as it is there, another name with all that belongs to it. Returns that name. */
export function setAside(file: string, why: 'damaged' | 'replaced', clock: Clock): string {
  const aside = nameAside(file, why, clock);
  for (const companion of companions) {
    if (existsSync(file + companion)) renameSync(file + companion, aside + companion);
  }
  return aside;
}

/** A name that is not taken: `agent.sqlite.damaged-20231114T221320Z`. */
function nameAside(file: string, why: 'damaged' | 'replaced', clock: Clock): string {
  const time = new Date(clock.nowMs()).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `${file}.${why}-${time}`;
  let free = name;
  for (let count = 2; existsSync(free); count++) free = `${name}-${count}`;
  return free;
}
