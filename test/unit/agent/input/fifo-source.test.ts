import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FifoSource } from '../../../../agent/input/fifo-source.ts';
import { makeFifo } from '../../../support/fifo.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { codes, drain } from './follow-fixture.ts';

function sourceOn(t: TestContext, path: string) {
  const list = new LogList();
  const source = new FifoSource({ path, log: list.log });
  t.after(() => source.close());
  source.poll();
  return { source, records: list.records };
}

test('writers come and go', (t) => {
  const path = makeFifo(join(tempDir(t), 'fifo'));
  const { source, records } = sourceOn(t, path);
  assert.equal(source.poll(), false);
  for (const text of ['one\n', 'two\nthr', 'ee\n']) appendFileSync(path, text);
  assert.deepEqual(drain(source), ['one', 'two', 'three']);
  assert.equal(source.ended, false);
  assert.deepEqual(codes(records), ['INPUT_OPENED']);
});

test('more than a poll reads', (t) => {
  const path = makeFifo(join(tempDir(t), 'fifo'));
  const { source } = sourceOn(t, path);
  const lines: string[] = [];
  const writer = openSync(path, 'w');
  t.after(() => closeSync(writer));
  for (let round = 0; round < 20; round++) {
    writeSync(writer, 'x'.repeat(999).concat('\n').repeat(60));
    lines.push(...drain(source));
  }
  assert.equal(lines.length, 1_200);
  assert.equal(source.counters.bytes, 1_200_000);
});

test('a pipe that is made anew is read to its end, then the new one', (t) => {
  const path = makeFifo(join(tempDir(t), 'fifo'));
  const { source, records } = sourceOn(t, path);
  appendFileSync(path, 'old\n');
  renameSync(path, `${path}.1`);
  makeFifo(path);
  drain(source);
  appendFileSync(path, 'new\n');
  assert.deepEqual(drain(source), ['new']);
  assert.equal(source.counters.lines, 2);
  rmSync(path);
  drain(source);
  assert.deepEqual(codes(records), ['INPUT_OPENED', 'INPUT_OPENED', 'INPUT_MISSING']);
});

test('where only reading is permitted, a writer that leaves is no end either', (t) => {
  if (process.geteuid?.() === 0) {
    process.seteuid?.(65_534);
    t.after(() => process.seteuid?.(0));
  }
  const path = makeFifo(join(tempDir(t), 'fifo'));
  chmodSync(path, 0o400);
  const { source } = sourceOn(t, path);
  chmodSync(path, 0o600);
  for (const line of ['one', 'two']) {
    appendFileSync(path, `${line}\n`);
    assert.deepEqual(drain(source), [line]);
  }
});

test('another kind of file under the name is told to who opened it', (t) => {
  const path = makeFifo(join(tempDir(t), 'fifo'));
  const { source } = sourceOn(t, path);
  rmSync(path);
  appendFileSync(path, 'a file\n');
  source.poll();
  assert.equal(source.isReplaced, true);
});
