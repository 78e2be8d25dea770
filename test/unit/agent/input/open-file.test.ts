import assert from 'node:assert/strict';
import { closeSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OpenFile, openWithStat } from '../../../../agent/input/open-file.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('of a file that the system has forgotten what was read is known still', (t) => {
  const path = join(tempDir(t), 'app.log');
  writeFileSync(path, 'one\ntwo\n');
  const { fd, stat } = openWithStat(path);
  const file = new OpenFile(fd, stat, { offset: 0 }, 0);
  file.read(100, 0);
  assert.equal(file.next(), 'one');
  const before = file.saved;
  // As on a network file system whose server has forgotten the file: each call about it fails.
  closeSync(fd);
  assert.deepEqual(file.saved, before);
  assert.equal(file.isShorterThanRead(), false);
  assert.equal(file.isEmptied(), false);
  assert.equal(file.isCopiedBy(fd, stat), false);
});
