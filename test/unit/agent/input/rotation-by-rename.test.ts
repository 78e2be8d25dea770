import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import { codes, drain, follow, rotateByRename } from './follow-fixture.ts';

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
