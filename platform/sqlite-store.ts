import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, NagtailError, systemReason } from './errors.ts';

/** A schema and its version; a file that was written by a newer version is refused. */
export interface StoreSchema {
  readonly version: number;
  /** SQL that creates everything in an empty file. */
  readonly create: string;
  /** Tables of which rows that can still be read are carried over when a file is damaged. */
  readonly salvaged?: readonly string[];
}

/** How long one connection waits for another's transaction, in milliseconds. */
const busyTimeoutMs = 5_000;

/** The write-ahead log is cut to this size when it was larger, in bytes: after a burst the disk is free again. */
const walBytesKept = 16 * 1024 * 1024;

/**
 * Opens a SQLite file, or creates it with its folder. Commits are durable when
 * they return (write-ahead log, one sync each).
 * @throws NagtailError STORE_FAILED with what to do about it, STATE_NEWER for the file of a
 * newer version
 */
export function openStore(file: string, schema: StoreSchema): DatabaseSync {
  makeFolder(path.dirname(file));
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${walBytesKept}`,
    );
    ensureSchema(database, schema, file);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof NagtailError) throw error;
    throw new NagtailError('STORE_FAILED', `cannot use the store ${file}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
  } catch (error) {
    const message = `cannot create the state folder ${folder}: ${systemReason(error)}; set state_dir to a folder that this user may write`;
    throw new NagtailError('STORE_FAILED', message, { cause: error });
  }
}

function ensureSchema(database: DatabaseSync, schema: StoreSchema, file: string): void {
  if (versionOf(database, schema, file) === schema.version) return;
  inTransaction(database, () => {
    // Another connection may have been faster.
    if (versionOf(database, schema, file) === schema.version) return;
    database.exec(`${schema.create}; PRAGMA user_version = ${schema.version}`);
  });
}

/** The version of a file, 0 for a new one. */
function versionOf(database: DatabaseSync, schema: StoreSchema, file: string): number {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (found <= schema.version) return found;
  const message = `the store ${file} has format ${found}, this version of nagtail knows ${schema.version}: install a newer nagtail, or move the file away`;
  throw new NagtailError('STATE_NEWER', message);
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
