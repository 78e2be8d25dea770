import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from './clock.ts';
import { messageOf, NagtailError, systemReason } from './errors.ts';
import type { Log } from './log.ts';
import { openStore, type StoreSchema } from './sqlite-store.ts';

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
 * under a new name and told, and a new one made: what was in it is lost to the program,
 * but not to a person. To be called once at the start, by whoever has the folder.
 * @throws NagtailError as openStore does, but for damage
 */
export function openSoundStore(
  file: string,
  schema: StoreSchema,
  { log, clock }: SoundStoreParts,
): DatabaseSync {
  const damage = damageOf(file, schema);
  if (damage !== undefined) {
    const aside = setAside(file, clock);
    const message = `the store ${file} is damaged (${damage}): it was set aside as ${aside}, and a new one made`;
    log.error('STORE_DAMAGED', message, { file, aside });
  }
  return openStore(file, schema);
}

/** Keeps a copy of a store beside it, under the name of a damaged one. Returns that name. */
export function keepCopy(database: DatabaseSync, file: string, clock: Clock): string {
  const aside = nameAside(file, clock);
  database.prepare('VACUUM INTO ?').run(aside);
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

function setAside(file: string, clock: Clock): string {
  const aside = nameAside(file, clock);
  try {
    for (const companion of companions) {
      if (existsSync(file + companion)) renameSync(file + companion, aside + companion);
    }
    return aside;
  } catch (error) {
    const message = `the store ${file} is damaged and cannot be set aside: ${systemReason(error)}`;
    throw new NagtailError('STORE_FAILED', message, { cause: error });
  }
}

/** A name that is not taken: `agent.sqlite.damaged-20231114T221320Z`. */
function nameAside(file: string, clock: Clock): string {
  const time = new Date(clock.nowMs()).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `${file}.damaged-${time}`;
  let free = name;
  for (let count = 2; existsSync(free); count++) free = `${name}-${count}`;
  return free;
}
