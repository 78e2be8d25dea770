import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import { noSmallDisk } from '../../../support/small-disk.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { drain, follow, rotateByRename } from './follow-fixture.ts';
import { Restarting } from './restarting.ts';

/** A log in a folder of its own, read as far as `text` goes by an agent that is stopped now. */
async function readLog(t: TestContext, text: string) {
  const folder = join(tempDir(t), 'logs');
  mkdirSync(folder);
  const path = join(folder, 'app.log');
  writeFileSync(path, text);
  const agent = new Restarting(t, [path]);
  await agent.lines();
  agent.stop();
  return { folder, path, agent };
}

test('a hard link to another file takes the name: the rest of the old, then the other', async (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\n');
  drain(follower);
  appendFileSync(path, 'two\n');
  writeFileSync(`${path}.other`, 'three\n');
  rmSync(path);
  linkSync(`${path}.other`, path);
  assert.deepEqual(drain(follower), ['two', 'three']);
  const down = await readLog(t, 'one\n');
  writeFileSync(`${down.path}.other`, 'two\n');
  rmSync(down.path);
  linkSync(`${down.path}.other`, down.path);
  assert.deepEqual(await down.agent.lines(), ['two']);
  assert.deepEqual(down.agent.codes(), ['INPUT_LOST']);
});

test('a further name for the file changes nothing, and is no generation', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  linkSync(path, `${path}.1`);
  appendFileSync(path, 'two\n');
  assert.deepEqual(await agent.lines(), ['two']);
  rmSync(path);
  writeFileSync(path, 'three\n');
  assert.deepEqual(await agent.lines(), ['three']);
});

test('the folder is renamed and made anew: the rest of the old file, then the new one', (t) => {
  const folder = join(tempDir(t), 'logs');
  mkdirSync(folder);
  const path = join(folder, 'app.log');
  writeFileSync(path, 'one\n');
  const { follower, clock } = follow(t, { path });
  drain(follower);
  const writer = openSync(path, 'a');
  renameSync(folder, `${folder}.old`);
  mkdirSync(folder);
  writeSync(writer, 'two\n');
  assert.deepEqual(drain(follower), ['two']);
  writeFileSync(path, 'three\n');
  writeSync(writer, 'four\n');
  closeSync(writer);
  assert.deepEqual(drain(follower), ['four', 'three']);
  clock.advance(defaultLateWriterMs);
  drain(follower);
  assert.equal(follower.positions.length, 1);
});

test('rotated while it was down, and the new file is as long as what was read of the old', async (t) => {
  const { path, agent } = await readLog(t, 'line 1\n');
  rotateByRename(path);
  writeFileSync(path, 'line 2\n');
  assert.deepEqual(await agent.lines(), ['line 2']);
});

test('very many rotations while it was down: all are read, in their order', async (t) => {
  const { path, agent } = await readLog(t, 'line 0\n');
  const expected: string[] = [];
  for (let number = 1; number <= 200; number++) {
    expected.push(`line ${number}`);
    renameSync(path, `${path}.${String(1_000 - number)}`);
    writeFileSync(path, `line ${number}\n`);
  }
  assert.deepEqual(await agent.lines(), expected);
});

test('a hole amid a log, as after a crash of the machine, belongs to the line in which it is', (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\n');
  drain(follower);
  const writer = openSync(path, 'r+');
  writeSync(writer, 'three\nfour\n', 100_000);
  closeSync(writer);
  const [first = '', ...others] = drain(follower);
  assert.equal(first, `${'\0'.repeat(100_000 - 4)}three`);
  assert.deepEqual(others, ['four']);
});

test('another file is mounted over the log, and taken away again', { skip: noSmallDisk }, (t) => {
  const { path, follower } = follow(t);
  appendFileSync(path, 'one\n');
  drain(follower);
  const writer = openSync(path, 'a');
  t.after(() => closeSync(writer));
  const other = join(tempDir(t), 'other.log');
  writeFileSync(other, 'three\n');
  assert.equal(spawnSync('mount', ['--bind', other, path]).status, 0);
  try {
    writeSync(writer, 'two\n');
    assert.deepEqual(drain(follower), ['two', 'three']);
    writeSync(writer, 'four\n');
    appendFileSync(other, 'five\n');
    assert.deepEqual(drain(follower).toSorted(), ['five', 'four']);
  } finally {
    // It is open here: only its name goes at once.
    spawnSync('umount', ['--lazy', path]);
  }
  writeSync(writer, 'six\n');
  assert.deepEqual(drain(follower), ['six']);
});
