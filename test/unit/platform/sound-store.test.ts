import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../../platform/clock.ts';
import { NagtailError } from '../../../platform/errors.ts';
import { keepCopy, openSoundStore } from '../../../platform/sound-store.ts';
import { openStore } from '../../../platform/sqlite-store.ts';
import { LogList } from '../../support/log-list.ts';
import { tempDir } from '../../support/temp-dir.ts';

const schema = { version: 1, create: 'CREATE TABLE t (value BLOB); CREATE INDEX i ON t (value)' };

const clock: Clock = {
  nowMs: () => 1_700_000_000_000,
  monotonicMs: () => 0,
  setTimer: () => () => {},
};

const aside = 'store.sqlite.damaged-20231114T221320Z';

function storeIn(t: TestContext) {
  const folder = tempDir(t);
  const file = path.join(folder, 'store.sqlite');
  const logs = new LogList();
  const open = () => {
    const database = openSoundStore(file, schema, { log: logs.log, clock });
    const count = Number(database.prepare('SELECT count(*) AS n FROM t').get()?.['n']);
    database.close();
    return count;
  };
  return { folder, file, logs, open };
}

/** A store with so much in it that it has many pages. */
function writeStore(file: string): void {
  const database = openStore(file, schema);
  const insert = database.prepare('INSERT INTO t VALUES (randomblob(1000))');
  for (let index = 0; index < 200; index++) insert.run();
  database.close();
}

test('a sound store is opened with what is in it', (t) => {
  const { file, logs, open, folder } = storeIn(t);
  assert.equal(open(), 0);
  writeStore(file);
  assert.equal(open(), 200);
  assert.deepEqual(logs.of('STORE_DAMAGED'), []);
  assert.deepEqual(readdirSync(folder), ['store.sqlite']);
});

test('a file that is no database is set aside, as it was, and told', (t) => {
  const { folder, file, logs, open } = storeIn(t);
  const junk = 'this is no database, and long enough to be recognised as none'.repeat(20);
  writeFileSync(file, junk);
  assert.equal(open(), 0);
  assert.equal(statSync(path.join(folder, aside)).size, junk.length);
  const [record] = logs.of('STORE_DAMAGED');
  assert.match(
    String(record?.message),
    /is damaged \(file is not a database\): it was set aside as /,
  );
  // Again, in the same second: nothing is overwritten.
  writeFileSync(file, junk);
  open();
  assert.ok(existsSync(path.join(folder, `${aside}-2`)));
});

test('rows that can still be read are carried over, of tables that are worth it', (t) => {
  const { file, logs } = storeIn(t);
  writeStore(file);
  const tables = { ...schema, create: 'CREATE TABLE t (value BLOB); CREATE TABLE u (value BLOB)' };
  const other = `${file}-2`;
  const first = openStore(other, tables);
  for (const table of ['t', 'u']) {
    const insert = first.prepare(`INSERT INTO ${table} VALUES (randomblob(1000))`);
    for (let index = 0; index < 200; index++) insert.run();
  }
  first.close();
  const size = statSync(other).size;
  const descriptor = openSync(other, 'r+');
  writeSync(descriptor, Buffer.alloc(4_096, 0xa5), 0, 4_096, Math.floor(size / 8_192) * 4_096);
  closeSync(descriptor);
  const salvaging = { ...tables, salvaged: ['u'] };
  const database = openSoundStore(other, salvaging, { log: logs.log, clock });
  const count = (table: string) =>
    Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  const [record] = logs.of('STORE_DAMAGED');
  assert.ok(count('u') > 20 && count('u') <= 200, `${count('u')} rows`);
  assert.equal(record?.fields['salvaged'], count('u'));
  assert.equal(count('t'), 0);
  database.close();
});

test('a database with a damaged page is set aside with all that belongs to it', (t) => {
  const { folder, file, logs, open } = storeIn(t);
  writeStore(file);
  const descriptor = openSync(file, 'r+');
  for (let page = 3; page < 40; page++)
    writeSync(descriptor, Buffer.alloc(4_096, 0xa5), 0, 4_096, page * 4_096);
  closeSync(descriptor);
  const size = statSync(file).size;
  assert.equal(open(), 0);
  assert.equal(statSync(path.join(folder, aside)).size, size);
  assert.equal(logs.of('STORE_DAMAGED').length, 1);
});

test('a file that ends too early', (t) => {
  const { file, logs, open } = storeIn(t);
  writeStore(file);
  truncateSync(file, statSync(file).size / 2);
  assert.equal(open(), 0);
  assert.equal(logs.of('STORE_DAMAGED').length, 1);
});

test('a database that is none of ours is set aside, too', (t) => {
  const { file, logs, open } = storeIn(t);
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE other (value); PRAGMA user_version = 1');
  other.close();
  assert.equal(open(), 0);
  const [record] = logs.of('STORE_DAMAGED');
  assert.match(String(record?.message), /is damaged \(it does not have: CREATE TABLE t \)/);
});

test('a store of a newer version is refused, and stays where it is', (t) => {
  const { folder, file, open } = storeIn(t);
  openStore(file, { ...schema, version: 2 }).close();
  assert.throws(open, (error) => error instanceof NagtailError && error.code === 'STATE_NEWER');
  assert.deepEqual(readdirSync(folder), ['store.sqlite']);
});

test('a copy of a store that is in use', (t) => {
  const { file, folder } = storeIn(t);
  const database = openStore(file, schema);
  database.exec("INSERT INTO t VALUES ('1')");
  assert.equal(keepCopy(database, file, clock), path.join(folder, aside));
  database.close();
  const copy = openStore(path.join(folder, aside), schema);
  assert.equal(copy.prepare('SELECT count(*) AS n FROM t').get()?.['n'], 1);
  copy.close();
});
