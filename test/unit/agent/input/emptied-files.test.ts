import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  openSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { test } from 'node:test';
import { codes, drain, follow, rotateByCopy, rotateByRename } from './follow-fixture.ts';

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
