import type { StoreSchema } from '../../platform/sqlite-store.ts';
import { stateTables } from '../sec/state/state-store.ts';

/** The file in `state_dir` that holds everything that the agent must not forget. */
export const outboxFile = 'agent.sqlite';

/**
 * What one transaction of the pipeline can touch: results, positions of inputs, the
 * state of the rule engine. Texts are byte strings, stored as bytes: SQLite would stop a
 * TEXT at a NUL.
 *
 * `superseded` is 1 for a result whose service has a newer one in the outbox; at a limit
 * those go first. `outbox_totals` knows how much there is without counting it.
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
      time INTEGER NOT NULL,
      superseded INTEGER NOT NULL DEFAULT 0,
      output BLOB NOT NULL
    );
    CREATE INDEX newest_results ON results (host, service) WHERE superseded = 0;
    CREATE INDEX superseded_results ON results (seq) WHERE superseded = 1;
    CREATE TABLE outbox_totals (
      results INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      dropped_for_room INTEGER NOT NULL,
      dropped_for_age INTEGER NOT NULL
    );
    INSERT INTO outbox_totals VALUES (0, 0, 0, 0);
    CREATE TRIGGER count_added AFTER INSERT ON results BEGIN
      UPDATE outbox_totals SET results = results + 1, bytes = bytes
        + length(new.host) + ifnull(length(new.service), 0) + length(new.output);
    END;
    CREATE TRIGGER count_removed AFTER DELETE ON results BEGIN
      UPDATE outbox_totals SET results = results - 1, bytes = bytes
        - length(old.host) - ifnull(length(old.service), 0) - length(old.output);
    END;
    CREATE TABLE receivers (
      name TEXT PRIMARY KEY,
      delivered_seq INTEGER NOT NULL
    );
    CREATE TABLE positions (
      name TEXT PRIMARY KEY,
      state TEXT NOT NULL
    ) WITHOUT ROWID;
    ${stateTables.map(tableOfRecords).join('\n')}
    CREATE TABLE state_context_events (
      context INTEGER NOT NULL,
      id INTEGER NOT NULL,
      record BLOB NOT NULL,
      PRIMARY KEY (context, id)
    ) WITHOUT ROWID`,
  // Not `meta`: results of a new file get a new stream, because the last numbers may be unreadable.
  salvaged: [
    'receivers',
    'positions',
    'results',
    ...stateTables.map((name) => `state_${name}`),
    'state_context_events',
  ],
};

function tableOfRecords(name: string): string {
  return `CREATE TABLE state_${name} (id INTEGER PRIMARY KEY, record BLOB NOT NULL);`;
}
