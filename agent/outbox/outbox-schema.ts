import type { StoreSchema } from '../../platform/sqlite-store.ts';

/** The file in `state_dir` that holds the outbox. */
export const outboxFile = 'agent.sqlite';

/** Texts are byte strings, stored as bytes: SQLite would stop a TEXT at a NUL. */
export const outboxSchema: StoreSchema = {
  version: 1,
  create: `
    CREATE TABLE results (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      host BLOB NOT NULL,
      service BLOB,
      return_code INTEGER NOT NULL,
      output BLOB NOT NULL,
      time INTEGER NOT NULL
    );
    CREATE TABLE receivers (
      name TEXT PRIMARY KEY,
      delivered_seq INTEGER NOT NULL
    )`,
};
