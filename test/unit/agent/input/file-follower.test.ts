import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { type TestContext, test } from 'node:test';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import { codes, drain, follow, rotateByCopy, rotateByRename } from './follow-fixture.ts';

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

test('rename: the old file to its end, then the new one', (t) => {
  const { path, follower, records } = follow(t);
  appendFileSync(path, 'one\n');
  drain(follower);
  appendFileSync(path, 'two\n');
  rotateByRename(path);
  appendFileSync(path, 'three\n');
  assert.deepEqual(drain(follower), ['two', 'three']);
  assert.deepEqual(codes(records), ['INPUT_OPENED', 'INPUT_ROTATED']);
  assert.equal(follower.counters.rotations, 1);
});

test('rename: late lines in the old file until its time is over, then at the next rotation', (t) => {
  const { path, follower, clock } = follow(t);
  rotateByRename(path);
  appendFileSync(path, 'new\n');
  assert.deepEqual(drain(follower), ['new']);
  for (const line of ['late one', 'late two']) {
    clock.advance(defaultLateWriterMs - 1);
    appendFileSync(`${path}.1`, `${line}\n`);
    assert.deepEqual(drain(follower), [line]);
  }
  clock.advance(defaultLateWriterMs);
  drain(follower);
  assert.equal(follower.positions.length, 1);
  appendFileSync(`${path}.1`, 'too late\n');
  assert.deepEqual(drain(follower), []);
  rotateByRename(path);
  appendFileSync(path, 'newer\n');
  assert.deepEqual(drain(follower), ['too late', 'newer']);
});

test('rename: a partial last line waits for its end, then is a line of its own', (t) => {
  const { path, follower, clock } = follow(t);
  appendFileSync(path, 'half');
  drain(follower);
  rotateByRename(path);
  appendFileSync(path, 'new\n');
  assert.deepEqual(drain(follower), ['new']);
  appendFileSync(`${path}.1`, ' and half\nrest');
  assert.deepEqual(drain(follower), ['half and half']);
  clock.advance(defaultLateWriterMs);
  assert.deepEqual(drain(follower), ['rest']);
});

test('rename: generations that passed between two polls, in their order', (t) => {
  const { path, follower, records } = follow(t);
  for (const generation of ['a', 'b', 'c', 'd', 'e']) {
    appendFileSync(path, `${generation}1\n${generation}2\n`);
    if (generation === 'b') drain(follower);
    if (generation !== 'e') rotateByRename(path);
  }
  assert.deepEqual(drain(follower), ['c1', 'c2', 'd1', 'd2', 'e1', 'e2']);
  assert.equal(follower.counters.rotations, 3 + 1);
  assert.ok(codes(records).includes('INPUT_ROTATED'));
});

test('rename: generations of before the start are not read', (t) => {
  const { path } = follow(t);
  writeFileSync(`${path}.1`, 'ancient\n');
  const { follower } = follow(t, { path });
  rotateByRename(path);
  appendFileSync(path, 'new\n');
  assert.deepEqual(drain(follower), ['new']);
});

test('rename with dates in the names', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\n');
  renameSync(path, `${path}-20261122`);
  writeFileSync(path, 'two\n');
  renameSync(path, `${path}-20261123`);
  writeFileSync(path, 'three\n');
  assert.deepEqual(drain(follower), ['one', 'two', 'three']);
});

test('rename: another log with a similar name, and a copy, are not generations', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'a line long enough to be told from others by its text alone, surely\n');
  copyFileSync(path, `${path}.20261123`);
  writeFileSync(`${path}-errors`, 'of another log\n');
  writeFileSync(`${path}.1.gz`, 'compressed\n');
  assert.equal(drain(follower).length, 1);
  rotateByRename(path);
  writeFileSync(path, 'new\n');
  assert.deepEqual(drain(follower), ['new']);
});

test('renamed away and back: it goes on where it was', (t) => {
  for (const pauseMs of [0, defaultLateWriterMs]) {
    const { path, follower, clock } = follow(t);
    appendFileSync(path, 'one\n');
    drain(follower);
    renameSync(path, `${path}.1`);
    drain(follower);
    clock.advance(pauseMs);
    drain(follower);
    renameSync(`${path}.1`, path);
    appendFileSync(path, 'two\n');
    assert.deepEqual(drain(follower), ['two']);
  }
});

test('truncation: from the beginning again', (t) => {
  const { path, follower, records } = follow(t);
  appendFileSync(path, 'one\ntwo\nhalf');
  drain(follower);
  truncateSync(path);
  assert.deepEqual(drain(follower), ['half']);
  appendFileSync(path, 'three\n');
  assert.deepEqual(drain(follower), ['three']);
  assert.deepEqual(codes(records), ['INPUT_OPENED', 'INPUT_TRUNCATED']);
  assert.equal(follower.counters.truncations, 1);
});

test('truncation: noticed when the file has grown past the position again', (t) => {
  for (const regrown of ['new one\nnew two\nnew three\n', 'two\none\n']) {
    const { path, follower } = follow(t);
    appendFileSync(path, 'one\ntwo\n');
    drain(follower);
    truncateSync(path);
    appendFileSync(path, regrown);
    assert.deepEqual(drain(follower), regrown.split('\n').slice(0, -1));
  }
});

test('truncation: lines not taken yet come first', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\ntwo\n');
  follower.poll();
  truncateSync(path);
  appendFileSync(path, 'three\n');
  follower.poll();
  assert.equal(follower.next(), 'one');
  assert.deepEqual(follower.position?.offset, 4);
  assert.deepEqual(drain(follower), ['two', 'three']);
});

test('copytruncate: what was not read yet comes from the copy', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\n');
  drain(follower);
  appendFileSync(path, 'two\n');
  rotateByCopy(path);
  appendFileSync(path, 'three\n');
  assert.deepEqual(drain(follower), ['two', 'three']);
});

test('copytruncate twice between two polls', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\n');
  drain(follower);
  for (const line of ['two', 'three', 'four']) {
    appendFileSync(path, `${line}\n`);
    if (line !== 'four') rotateByCopy(path);
  }
  assert.deepEqual(drain(follower), ['two', 'three', 'four']);
});

test('copytruncate before anything was read', (t) => {
  const { path, follower } = follow(t);
  follower.poll();
  appendFileSync(path, 'one\n');
  rotateByCopy(path);
  assert.deepEqual(drain(follower), ['one']);
  appendFileSync(path, 'two\n');
  assert.deepEqual(drain(follower), ['two']);
});

test('copytruncate with a poll between copy and truncation reads nothing twice', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\n');
  drain(follower);
  appendFileSync(path, 'two\n');
  copyFileSync(path, `${path}.1`);
  assert.deepEqual(drain(follower), ['two']);
  truncateSync(path);
  assert.deepEqual(drain(follower), []);
  rotateByRename(path);
  appendFileSync(path, 'three\n');
  assert.deepEqual(drain(follower), ['three']);
});

test('copytruncate of a writer without O_APPEND leaves a hole, which is passed over', (t) => {
  for (const polled of [true, false]) {
    const { path, follower } = follow(t);
    const writer = openSync(path, 'w');
    writeSync(writer, 'x'.repeat(200_000).concat('\n'));
    drain(follower);
    truncateSync(path);
    if (polled) drain(follower);
    writeSync(writer, 'after the hole\n');
    closeSync(writer);
    assert.deepEqual(drain(follower), ['after the hole']);
    assert.equal(follower.position?.offset, statSync(path).size);
  }
});

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

test('more rotations between two polls than files may be open: all are read', (t) => {
  const { path, follower, clock } = follow(t);
  const expected: string[] = [];
  for (let number = 0; number < 100; number++) {
    expected.push(`line ${number}`);
    appendFileSync(path, `line ${number}\n`);
    rotateByRename(path);
  }
  writeFileSync(path, 'last\n');
  const lines: string[] = [];
  for (let round = 0; round < 5; round++) {
    lines.push(...drain(follower));
    assert.ok(follower.positions.length <= 64);
    clock.advance(defaultLateWriterMs);
  }
  assert.deepEqual(lines, [...expected, 'last']);
});

test('closed descriptors are given back', (t) => {
  const { path, follower } = follow(t);
  follower.close();
  rmSync(path);
  assert.deepEqual(follower.positions, []);
});
