import type { StoreSchema } from '../../platform/sqlite-store.ts';

/** The file in `state_dir` that holds everything that the agent must not forget. */
export const outboxFile = 'agent.sqlite';

/**
 * What one transaction of the pipeline can touch: results, positions of inputs, the
 * state of the rule engine. Texts are byte strings, stored as bytes: SQLite would stop a
 * TEXT at a NUL.
 *
 * `stream` names this outbox for ever: with it a result's `seq` is unique in the world. A
 * file that is made anew has another one, because its numbers begin again.
 */
export const outboxSchema: StoreSchema = {
  version: 1,
  create: `
    CREATE TABLE meta (
      name TEXT PRIMARY KEY,
      value NOT NULL
    ) WITHOUT ROWID;
    INSERT INTO meta VALUES ('stream', lower(hex(randomblob(16))));
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
    );
    CREATE TABLE positions (
      name TEXT PRIMARY KEY,
      state TEXT NOT NULL
    ) WITHOUT ROWID`,
};
