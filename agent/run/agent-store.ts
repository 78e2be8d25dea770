import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../platform/clock.ts';
import { messageOf, NagtailError, systemReason } from '../../platform/errors.ts';
import { type FolderLock, lockFolder } from '../../platform/folder-lock.ts';
import type { Log } from '../../platform/log.ts';
import { syncFolderNow } from '../../platform/replace-file.ts';
import { copyStore, openSoundStore, setAside } from '../../platform/sound-store.ts';
import { OutboxReader } from '../outbox/outbox-reader.ts';
import { outboxFile, outboxSchema } from '../outbox/outbox-schema.ts';

export interface AgentStoreParts {
  readonly stateDir: string;
  /** Names of the positions in the outbox. */
  readonly positions: readonly string[];
  readonly log: Log;
  readonly clock: Clock;
}

/** The store in `state_dir`, which this agent has to itself, as the main thread uses it. */
export class AgentStore {
  readonly database: DatabaseSync;
  readonly outbox: OutboxReader;
  readonly file: string;
  readonly #parts: AgentStoreParts;
  readonly #lock: FolderLock;
  readonly #identity: string | undefined;

  private constructor(
    parts: AgentStoreParts,
    lock: FolderLock,
    database: DatabaseSync,
    file: string,
  ) {
    this.#parts = parts;
    this.#lock = lock;
    this.database = database;
    this.file = file;
    this.#identity = identityOf(file);
    this.outbox = new OutboxReader(database, parts.positions);
  }

  /**
   * Opens it, or makes one. A damaged one is set aside and told.
   * @throws NagtailError STORE_FAILED, STATE_NEWER
   */
  static open(parts: AgentStoreParts): AgentStore {
    const file = path.join(parts.stateDir, outboxFile);
    const lock = lockFolder(parts.stateDir);
    let database: DatabaseSync | undefined;
    try {
      database = openSoundStore(file, outboxSchema, parts);
      return new AgentStore(parts, lock, database, file);
    } catch (error) {
      database?.close();
      lock.release();
      if (error instanceof NagtailError) throw error;
      const message = `cannot use the store ${file}: ${messageOf(error)}`;
      throw new NagtailError('STORE_FAILED', message, { cause: error });
    }
  }

  /** False when its file was removed, or another one has its name: what is written then is lost at the end. */
  get isInPlace(): boolean {
    try {
      return identityOf(this.file) === this.#identity;
    } catch {
      // A place where one may not look says nothing about the file.
      return true;
    }
  }

  /**
   * Puts what it holds under its name again, as a new file, and closes this one. A file that has the
   * name is set aside.
   * @throws NagtailError STORE_FAILED when that cannot be done now; this one stays open
   */
  putBack(): void {
    const { stateDir, clock } = this.#parts;
    const copy = `${this.file}.copy`;
    try {
      mkdirSync(stateDir, { recursive: true, mode: 0o750 });
      // Of an attempt that failed in the middle.
      rmSync(copy, { force: true });
      copyStore(this.database, copy);
      setAside(this.file, 'replaced', clock);
      renameSync(copy, this.file);
      syncFolderNow(stateDir);
    } catch (error) {
      const message = `cannot put the store back as ${this.file}: ${systemReason(error)}`;
      throw new NagtailError('STORE_FAILED', message, { cause: error });
    }
    this.close();
  }

  close(): void {
    this.database.close();
    this.#lock.release();
  }
}

/** Which file has a name; undefined when there is none. */
function identityOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev} ${stat.ino}`;
}
