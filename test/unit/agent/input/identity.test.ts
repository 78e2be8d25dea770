import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type FileMark,
  fingerprintAt,
  hasTail,
  identityOf,
  isCopy,
  isMarked,
  tailBefore,
} from '../../../../agent/input/identity.ts';
import { openWithStat } from '../../../../agent/input/open-file.ts';
import { tempDir } from '../../../support/temp-dir.ts';

function opened(path: string) {
  const { fd, stat } = openWithStat(path);
  return { path, fd, stat, size: Number(stat.size) };
}

function fileOf(t: TestContext, text: string) {
  const path = join(tempDir(t), 'file');
  writeFileSync(path, text);
  return opened(path);
}

function markAt({ fd, stat }: ReturnType<typeof opened>, offset: number): FileMark {
  const fingerprint = fingerprintAt(fd, offset);
  return { ...identityOf(stat), offset, birthNs: stat.birthtimeNs, fingerprint };
}

test('a file that has grown is the marked one still', (t) => {
  const file = fileOf(t, 'one\ntwo\n');
  const mark = markAt(file, 4);
  appendFileSync(file.path, 'three\n');
  const now = opened(file.path);
  assert.equal(isMarked(mark, now.fd, now.stat), true);
});

test('a file that is shorter, or has other bytes, or another inode, is not', (t) => {
  const file = fileOf(t, 'one\ntwo\n');
  const mark = markAt(file, 8);
  for (const text of ['one\n', 'one\ntwO\nthree\n', 'One\ntwo\n']) {
    writeFileSync(file.path, text);
    const now = opened(file.path);
    assert.equal(isMarked(mark, now.fd, now.stat), false, text);
  }
  const other = fileOf(t, 'one\ntwo\n');
  assert.equal(isMarked(mark, other.fd, other.stat), false);
});

test('an inode number used again is told by the time of making, or without it by the bytes', (t) => {
  const file = fileOf(t, 'one\ntwo\n');
  const mark = markAt(file, 8);
  const reborn = { ...file.stat, birthtimeNs: file.stat.birthtimeNs + 1n };
  assert.equal(isMarked(mark, file.fd, { ...file.stat, ...reborn }), false);
  const timeless = { ...mark, birthNs: 0n };
  assert.equal(isMarked(timeless, file.fd, { ...file.stat, birthtimeNs: 0n }), true);
  writeFileSync(file.path, 'four five\n');
  assert.equal(isMarked(timeless, file.fd, { ...file.stat, birthtimeNs: 0n }), false);
});

test('a fingerprint sees the first bytes and those before the offset', (t) => {
  const text = 'x'.repeat(10_000);
  const file = fileOf(t, text);
  const original = fingerprintAt(file.fd, 9_000);
  for (const [at, isSeen] of [
    [0, true],
    [255, true],
    [256, false],
    [7_975, false],
    [7_976, true],
    [8_999, true],
    [9_000, false],
  ] as const) {
    writeFileSync(file.path, `${text.slice(0, at)}y${text.slice(at + 1)}`);
    const same = JSON.stringify(fingerprintAt(file.fd, 9_000)) === JSON.stringify(original);
    assert.equal(same, !isSeen, `byte ${at}`);
  }
});

test('copies, finished or not, are known by their bytes', (t) => {
  const file = fileOf(t, Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join(''));
  copyFileSync(file.path, `${file.path}.copy`);
  const copy = opened(`${file.path}.copy`);
  assert.equal(isCopy(copy.fd, copy.size, file.fd, file.size), true);
  assert.equal(isCopy(copy.fd, 100, file.fd, file.size), true);
  assert.equal(hasTail(copy.fd, 500, tailBefore(file.fd, 500)), true);
  assert.equal(hasTail(copy.fd, 501, tailBefore(file.fd, 500)), false);
  const other = fileOf(t, Array.from({ length: 100 }, (_, line) => `other ${line}\n`).join(''));
  assert.equal(isCopy(other.fd, other.size, file.fd, file.size), false);
});

test('a few equal bytes make no copy', (t) => {
  const [one, two] = [fileOf(t, 'started\n'), fileOf(t, 'started\n')];
  assert.equal(isCopy(one.fd, one.size, two.fd, two.size), false);
});
