import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { writeNewFile } from '../../../platform/new-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** Owner, group and mode of a file. */
function rightsOf(file: string): string {
  const { uid, gid, mode } = statSync(file);
  return `${uid}:${gid} ${(mode & 0o777).toString(8)}`;
}

const notRoot = process.getuid?.() === 0 ? false : 'needs root';
const own = `${process.getuid?.()}:${process.getgid?.()}`;

test('a secret is for its owner; a file that is there stays', (t) => {
  const file = path.join(tempDir(t), 'new/folder/secret');
  writeNewFile(file, 'x', { mode: 0o600 });
  assert.deepEqual([readFileSync(file, 'utf8'), rightsOf(file)], ['x', `${own} 600`]);
  assert.equal(rightsOf(path.dirname(file)), `${own} 700`);
  assert.throws(() => writeNewFile(file, 'y', { mode: 0o600 }), { code: 'FILE_EXISTS' });
  writeNewFile(file, 'y', { mode: 0o600, replace: true });
  assert.equal(readFileSync(file, 'utf8'), 'y');
});

test('what root writes where a group can enter, that group can read', {
  skip: notRoot,
}, (t) => {
  const group = 4711;
  const etc = path.join(tempDir(t), 'etc');
  mkdirSync(etc);
  chownSync(etc, 0, group);
  chmodSync(etc, 0o750);
  const secret = path.join(etc, 'secrets/main');
  writeNewFile(secret, 'x', { mode: 0o600 });
  assert.equal(rightsOf(path.dirname(secret)), `0:${group} 750`);
  assert.equal(rightsOf(secret), `0:${group} 640`);
  chmodSync(path.dirname(secret), 0o700);
  const closed = path.join(etc, 'secrets/closed');
  writeNewFile(closed, 'x', { mode: 0o600 });
  assert.equal(rightsOf(closed), `0:${process.getgid?.()} 600`);
});
