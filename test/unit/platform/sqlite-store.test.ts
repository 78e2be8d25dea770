import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { NagtailError } from '../../../platform/errors.ts';
import { inTransaction, openStore } from '../../../platform/sqlite-store.ts';
import { tempDir } from '../../support/temp-dir.ts';

const schema = { version: 1, create: 'CREATE TABLE t (value INTEGER)' };

function failure(work: () => unknown, code = 'STORE_FAILED'): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof NagtailError);
    assert.equal(error.code, code);
    return error.message;
  }
  return 'no failure';
}

test('a store is made with its folder, and opened again with what is in it', (t) => {
  const file = path.join(tempDir(t), 'a/b/store.sqlite');
  const first = openStore(file, schema);
  first.exec('INSERT INTO t VALUES (1)');
  first.close();
  const second = openStore(file, schema);
  assert.equal(second.prepare('SELECT value FROM t').get()?.['value'], 1);
  assert.equal(second.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
  assert.equal(second.prepare('PRAGMA synchronous').get()?.['synchronous'], 2);
  second.close();
});

test('a store of a newer version is refused, and left as it is', (t) => {
  const file = path.join(tempDir(t), 'store.sqlite');
  const newer = { version: 2, create: 'CREATE TABLE t2 (value INTEGER)' };
  openStore(file, newer).close();
  assert.equal(
    failure(() => openStore(file, schema), 'STATE_NEWER'),
    `the store ${file} has format 2, this version of nagtail knows 1: install a newer nagtail, or move the file away`,
  );
  openStore(file, newer).close();
});

test('a folder that cannot be made', (t) => {
  const folder = tempDir(t);
  writeFileSync(path.join(folder, 'file'), '');
  assert.match(
    failure(() => openStore(path.join(folder, 'file/state/store.sqlite'), schema)),
    /^cannot create the state folder .*\/file\/state: .*; set state_dir to a folder that this user may write$/,
  );
});

test('a file that is no store', (t) => {
  const folder = tempDir(t);
  const file = path.join(folder, 'store.sqlite');
  writeFileSync(file, 'this is no database, and long enough to be recognised as none'.repeat(20));
  assert.match(
    failure(() => openStore(file, schema)),
    /^cannot use the store .*store\.sqlite: .*not a database/,
  );
  const asFolder = path.join(folder, 'folder');
  mkdirSync(asFolder);
  assert.match(
    failure(() => openStore(asFolder, schema)),
    /^cannot use the store/,
  );
});

test('a transaction happens wholly or not at all', (t) => {
  const store = openStore(path.join(tempDir(t), 'store.sqlite'), schema);
  const count = () => Number(store.prepare('SELECT count(*) AS n FROM t').get()?.['n']);
  assert.equal(
    inTransaction(store, () => {
      store.exec('INSERT INTO t VALUES (1)');
      return 'done';
    }),
    'done',
  );
  assert.throws(
    () =>
      inTransaction(store, () => {
        store.exec('INSERT INTO t VALUES (2)');
        throw new Error('no');
      }),
    /^Error: no$/,
  );
  assert.equal(count(), 1);
  store.close();
});
