import assert from 'node:assert/strict';
import { appendFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import { dropGoneMs, type InputSet, openInputs } from '../../../../agent/input/inputs.ts';
import { decodePositions } from '../../../../agent/input/saved-positions.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { HandClock } from './follow-fixture.ts';

function open(t: TestContext, path: string): { inputs: InputSet; clock: HandClock } {
  const clock = new HandClock();
  const spec = { name: 'log', path, fromStart: true };
  const inputs = openInputs([spec], { log: new LogList().log, clock });
  t.after(() => inputs.close());
  return { inputs, clock };
}

/** The offsets that wait to be saved for a file, oldest generation first; undefined when none does. */
function unsavedOffsets(inputs: InputSet, path: string): readonly number[] | undefined {
  const name = `positions ${path}`;
  const saved = inputs.changedPositions().find((source) => source.name === name);
  if (saved === undefined) return undefined;
  return decodePositions(name, saved.state).files.map((file) => file.offset);
}

test('a position covers the lines that were taken, and no others', (t) => {
  const path = join(tempDir(t), 'app.log');
  appendFileSync(path, 'one\ntwo\nthr');
  const { inputs } = open(t, path);
  const [source] = inputs.sources;
  assert.deepEqual(unsavedOffsets(inputs, path), [0]);
  assert.equal(source?.next(), 'one');
  assert.deepEqual(unsavedOffsets(inputs, path), [4]);
  assert.equal(source?.next(), 'two');
  assert.equal(source?.next(), undefined);
  assert.deepEqual(unsavedOffsets(inputs, path), [8]);
});

test('only what changed since it was saved is given, and all of it', (t) => {
  const path = join(tempDir(t), 'app.log');
  appendFileSync(path, 'one\ntwo\n');
  const { inputs } = open(t, path);
  assert.deepEqual(unsavedOffsets(inputs, path), [0]);
  assert.deepEqual(unsavedOffsets(inputs, path), [0], 'not saved yet');
  inputs.positionsSaved();
  assert.deepEqual(inputs.changedPositions(), []);
  inputs.sources[0]?.next();
  assert.deepEqual(unsavedOffsets(inputs, path), [4]);
  inputs.positionsSaved();
  inputs.poll();
  assert.deepEqual(inputs.changedPositions(), []);
});

test('a position tells which file it is in', (t) => {
  const path = join(tempDir(t), 'app.log');
  appendFileSync(path, 'x'.repeat(3_000).concat('\n').repeat(100));
  const { inputs } = open(t, path);
  const { ino, dev, birthtimeNs } = statSync(path, { bigint: true });
  do {
    while (inputs.sources[0]?.next() !== undefined);
  } while (inputs.poll());
  const [saved] = inputs.changedPositions().filter(({ name }) => name === `positions ${path}`);
  const [file] = decodePositions('', saved?.state ?? '').files;
  assert.deepEqual(
    [file?.device, file?.inode, file?.birthNs, file?.offset],
    [dev, ino, birthtimeNs, 300_100],
  );
  assert.deepEqual([file?.fingerprint.headBytes, file?.fingerprint.tailBytes], [256, 1024]);
});

test('what was saved of a file that is gone is kept, and closing saves nothing', (t) => {
  const folder = tempDir(t);
  appendFileSync(join(folder, 'a.log'), 'one\n');
  appendFileSync(join(folder, 'b.log'), 'two\n');
  const { inputs, clock } = open(t, join(folder, '*.log'));
  for (const source of inputs.sources) source.next();
  rmSync(join(folder, 'a.log'));
  for (const pauseMs of [0, defaultLateWriterMs, dropGoneMs, dropGoneMs]) {
    clock.advance(pauseMs);
    inputs.poll();
    for (const source of inputs.sources) source.next();
  }
  assert.equal(inputs.sources.length, 1);
  inputs.close();
  assert.deepEqual(unsavedOffsets(inputs, join(folder, 'a.log')), []);
  assert.deepEqual(unsavedOffsets(inputs, join(folder, 'b.log')), [4]);
});

test('a damaged state, and one of a newer version, are refused', () => {
  for (const text of ['', '{}', '{"version":2}', '{"version":1,"files":[{}]}', '[]']) {
    assert.throws(() => decodePositions('positions x', text), { code: 'STORE_FAILED' }, text);
  }
});
