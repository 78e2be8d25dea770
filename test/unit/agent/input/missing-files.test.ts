import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { type TestContext, test } from 'node:test';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import { codes, drain, follow, rotateByRename } from './follow-fixture.ts';

test('removed: the rest is read; made anew: from the beginning', (t) => {
  const { path, follower, clock, records } = follow(t);
  appendFileSync(path, 'one\n');
  unlinkSync(path);
  assert.deepEqual(drain(follower), ['one']);
  clock.advance(defaultLateWriterMs);
  drain(follower);
  drain(follower);
  assert.deepEqual(codes(records), ['INPUT_OPENED', 'INPUT_MISSING']);
  writeFileSync(path, 'one\n');
  assert.deepEqual(drain(follower), ['one']);
  assert.deepEqual(codes(records), ['INPUT_OPENED']);
});

test('removed and made anew between two polls, again and again', (t) => {
  const { path, follower, clock } = follow(t);
  for (let round = 0; round < 20; round++) {
    unlinkSync(path);
    writeFileSync(path, `${round}\n`);
    assert.deepEqual(drain(follower), [`${round}`]);
    // Files that are closed give their inode numbers to later ones.
    if (round % 3 === 0) clock.advance(defaultLateWriterMs);
  }
});

test('missing at the start: told once, read from the beginning', (t) => {
  const { path } = follow(t);
  unlinkSync(path);
  const { follower, records } = follow(t, { path, start: 'end' });
  drain(follower);
  assert.deepEqual(codes(records), ['INPUT_MISSING']);
  writeFileSync(path, 'one\n');
  assert.deepEqual(drain(follower), ['one']);
  assert.deepEqual(codes(records), ['INPUT_OPENED']);
});

test('a directory where a file should be: told once, recovers', (t) => {
  const { path, follower, records } = follow(t);
  appendFileSync(path, 'one\n');
  drain(follower);
  unlinkSync(path);
  mkdirSync(path);
  drain(follower);
  drain(follower);
  assert.deepEqual(codes(records), ['INPUT_OPENED', 'INPUT_UNREADABLE']);
  rmdirSync(path);
  writeFileSync(path, 'two\n');
  assert.deepEqual(drain(follower), ['two']);
});

/** Runs as a user whom file modes stop; root may open everything. */
function asNobody(test: TestContext): void {
  if (process.geteuid?.() !== 0) return;
  process.seteuid?.(65_534);
  test.after(() => process.seteuid?.(0));
}

test('unreadable after a rotation: told once, read from the beginning when permitted', (t) => {
  asNobody(t);
  const { path, follower, clock, records } = follow(t);
  rotateByRename(path);
  writeFileSync(path, 'secret\n', { mode: 0 });
  drain(follower);
  clock.advance(1_000);
  drain(follower);
  assert.deepEqual(codes(records), ['INPUT_OPENED', 'INPUT_UNREADABLE']);
  chmodSync(path, 0o600);
  clock.advance(1_000);
  assert.deepEqual(drain(follower), ['secret']);
});

test('unreadable at the start: read from where it ended then', (t) => {
  asNobody(t);
  const { path } = follow(t);
  appendFileSync(path, 'old\n');
  chmodSync(path, 0);
  const { follower, clock } = follow(t, { path, start: 'end' });
  chmodSync(path, 0o600);
  appendFileSync(path, 'new\n');
  clock.advance(1_000);
  assert.deepEqual(drain(follower), ['new']);
});

test('a folder that may not be searched does not stop the open file', (t) => {
  asNobody(t);
  const { path, follower, records } = follow(t);
  const folder = path.slice(0, path.lastIndexOf('/'));
  const writer = openSync(path, 'a');
  chmodSync(folder, 0);
  writeSync(writer, 'one\n');
  assert.deepEqual(drain(follower), ['one']);
  chmodSync(folder, 0o700);
  writeSync(writer, 'two\n');
  closeSync(writer);
  assert.deepEqual(drain(follower), ['two']);
  assert.deepEqual(codes(records), ['INPUT_OPENED', 'INPUT_UNREADABLE', 'INPUT_OPENED']);
});
