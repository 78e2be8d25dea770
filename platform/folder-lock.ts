import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, NagtailError, systemReason } from './errors.ts';

/** A folder that this process has to itself. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes a folder for this process alone, and makes it if there is none. The lock is the
 * system's own on a file, which ends with the process, however that ends; Node.js has no
 * call for it, but SQLite takes one on its files.
 * @param waitMs how long to stand still for another process that has it
 * @throws NagtailError STORE_FAILED when another process has it, or it cannot be written
 */
export function lockFolder(folder: string, waitMs = 0): FolderLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
  } catch (error) {
    const message = `cannot create the folder ${folder}: ${systemReason(error)}; set state_dir to a folder that this user may write`;
    throw new NagtailError('STORE_FAILED', message, { cause: error });
  }
  const file = path.join(folder, 'lock');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: waitMs });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const isTaken = messageOf(error).includes('locked');
    const message = isTaken
      ? `another process uses ${folder}: stop it, or set another state_dir`
      : `cannot use the folder ${folder}: ${messageOf(error)}; set state_dir to a folder that this user may write`;
    throw new NagtailError('STORE_FAILED', message, { cause: error });
  }
  const locked = database;
  return { release: () => locked.close() };
}
