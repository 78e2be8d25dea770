import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, NagtailError, systemReason } from './errors.ts';

/** A schema and its version; a file that was written by a newer version is refused. */
export interface StoreSchema {
  readonly version: number;
  /** SQL that creates everything in an empty file. */
  readonly create: string;
}

/** How long one connection waits for another's transaction, in milliseconds. */
const busyTimeoutMs = 5_000;

/**
 * Opens a SQLite file, or creates it with its folder. Commits are durable when
 * they return (write-ahead log, one sync each).
 * @throws NagtailError STORE_FAILED with what to do about it
 */
export function openStore(file: string, schema: StoreSchema): DatabaseSync {
  const folder = path.dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
  } catch (error) {
    const message = `cannot create the state folder ${folder}: ${systemReason(error)}; set state_dir to a folder that this user may write`;
    throw new NagtailError('STORE_FAILED', message, { cause: error });
  }
  try {
    const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    ensureSchema(database, schema, file);
    return database;
  } catch (error) {
    if (error instanceof NagtailError) throw error;
    throw new NagtailError('STORE_FAILED', `cannot use the store ${file}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function ensureSchema(database: DatabaseSync, schema: StoreSchema, file: string): void {
  inTransaction(database, () => {
    const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (found > schema.version) {
      const message = `the store ${file} has format ${found}, this version of nagtail knows ${schema.version}: install a newer nagtail, or move the file away`;
      throw new NagtailError('STORE_FAILED', message);
    }
    if (found === 0) database.exec(`${schema.create}; PRAGMA user_version = ${schema.version}`);
  });
}

/** Runs `work` in one transaction: all of it happens, or on an exception nothing. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    database.exec('COMMIT');
    return value;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
