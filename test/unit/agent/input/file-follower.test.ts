import assert from 'node:assert/strict';
import { appendFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import { drain, follow, rotateByRename } from './follow-fixture.ts';

test('lines come as they are written; a partial one when it is whole', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\ntwo\nthr');
  assert.deepEqual(drain(follower), ['one', 'two']);
  appendFileSync(path, 'e');
  assert.deepEqual(drain(follower), []);
  appendFileSync(path, 'e\n');
  assert.deepEqual(drain(follower), ['three']);
  assert.deepEqual(follower.counters, {
    lines: 3,
    bytes: 14,
    rotations: 0,
    truncations: 0,
    linesCut: 0,
  });
});

test('an idle poll finds nothing', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\n');
  drain(follower);
  assert.equal(follower.poll(), false);
});

test('nothing is read while lines wait, and one poll reads about its budget', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'x'.repeat(99).concat('\n').repeat(20_000));
  assert.equal(follower.poll(), true);
  const { bytes } = follower.counters;
  assert.ok(bytes >= 256 * 1024 && bytes < 512 * 1024, `${bytes} bytes`);
  follower.poll();
  assert.equal(follower.counters.bytes, bytes);
  assert.equal(drain(follower).length, 20_000);
});

test('started at the end: only what comes later', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'old\n');
  const { follower: late } = follow(t, { path, start: 'end' });
  appendFileSync(path, 'new\n');
  assert.deepEqual(drain(late), ['new']);
  assert.deepEqual(drain(follower), ['old', 'new']);
});

test('position is the end of the last line taken, in the file that it came from', (t) => {
  const { path, follower } = follow(t);
  const { ino, dev } = statSync(path, { bigint: true });
  assert.deepEqual(follower.position, { device: dev, inode: ino, offset: 0 });
  appendFileSync(path, 'one\ntwo\nthr');
  follower.poll();
  follower.next();
  assert.deepEqual(follower.position, { device: dev, inode: ino, offset: 4 });
  rotateByRename(path);
  appendFileSync(path, 'new\n');
  drain(follower);
  const newer = statSync(path, { bigint: true });
  const position = { device: newer.dev, inode: newer.ino, offset: 4 };
  assert.deepEqual(follower.position, position);
  assert.deepEqual(follower.positions, [{ device: dev, inode: ino, offset: 8 }, position]);
});

test('a long line is cut and counted, also when its file is closed', (t) => {
  const { path, follower, clock } = follow(t, { lineBytesMax: 10 });
  appendFileSync(path, 'a line of more than ten bytes\nshort\n');
  assert.deepEqual(drain(follower), ['a line of ', 'short']);
  rotateByRename(path);
  writeFileSync(path, '');
  drain(follower);
  clock.advance(defaultLateWriterMs);
  drain(follower);
  assert.equal(follower.positions.length, 1);
  assert.equal(follower.counters.linesCut, 1);
});

test('closed descriptors are given back', (t) => {
  const { path, follower } = follow(t);
  follower.close();
  rmSync(path);
  assert.deepEqual(follower.positions, []);
});
