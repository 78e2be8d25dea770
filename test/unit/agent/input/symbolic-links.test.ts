import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { codes, drain, follow, rotateByCopy, rotateByRename } from './follow-fixture.ts';
import { Restarting } from './restarting.ts';

/** A line that no other one is like, longer than what tells copies needs. */
function line(text: string): string {
  return `${text} ${'.'.repeat(80)}`;
}

/** A link to a log in another folder. */
function linked(t: TestContext) {
  const folder = tempDir(t);
  const link = join(folder, 'app.log');
  const target = join(folder, 'data/app.log');
  mkdirSync(join(folder, 'data'));
  writeFileSync(target, '');
  symlinkSync(target, link);
  return { folder, link, target };
}

/** Lets a link lead elsewhere, as `ln -sfn` does: there is always one. */
function relink(link: string, target: string): void {
  symlinkSync(target, `${link}.next`);
  renameSync(`${link}.next`, link);
}

/** An agent that has read a line through the link, and is stopped now. */
async function readLine(t: TestContext) {
  const log = linked(t);
  writeFileSync(log.target, `${line('one')}\n`);
  const agent = new Restarting(t, [log.link]);
  assert.deepEqual(await agent.lines(), [line('one')]);
  agent.stop();
  return { ...log, agent };
}

const rotations = { rotateByRename, rotateByCopy };

for (const [name, rotate] of Object.entries(rotations)) {
  test(`${name} beside what the link leads to, several times between two polls`, (t) => {
    const { link, target } = linked(t);
    const { follower } = follow(t, { path: link });
    for (const text of ['one', 'two', 'three', 'four']) {
      appendFileSync(target, `${line(text)}\n`);
      if (text === 'one') assert.deepEqual(drain(follower), [line('one')]);
      if (text !== 'four') rotate(target);
      if (rotate === rotateByRename) appendFileSync(target, '');
    }
    assert.deepEqual(drain(follower), ['two', 'three', 'four'].map(line));
  });

  test(`${name} beside what the link leads to, while the agent is down`, async (t) => {
    const { target, agent } = await readLine(t);
    for (const text of ['two', 'three', 'four']) {
      appendFileSync(target, `${line(text)}\n`);
      if (text !== 'four') rotate(target);
    }
    assert.deepEqual(await agent.lines(), ['two', 'three', 'four'].map(line));
    agent.stop();
    assert.deepEqual(await agent.lines(), []);
  });
}

test('the link leads elsewhere: the rest of the old file, then the new one', (t) => {
  const { folder, link, target } = linked(t);
  const { follower, records } = follow(t, { path: link });
  appendFileSync(target, 'one\n');
  drain(follower);
  appendFileSync(target, 'two\n');
  const next = join(folder, 'data/tomorrow.log');
  writeFileSync(next, 'three\n');
  relink(link, next);
  assert.deepEqual(drain(follower), ['two', 'three']);
  appendFileSync(target, 'late\n');
  assert.deepEqual(drain(follower), ['late']);
  assert.deepEqual(codes(records), ['INPUT_OPENED', 'INPUT_ROTATED']);
});

test('the link leads elsewhere since the agent is down: the rest of the old file, then the new one', async (t) => {
  const { folder, link, target, agent } = await readLine(t);
  appendFileSync(target, 'two\nthree\n');
  const next = join(folder, 'data/tomorrow.log');
  writeFileSync(next, 'four\n');
  relink(link, next);
  agent.inputs.poll();
  assert.deepEqual(agent.take(1), ['two']);
  // Once more, amid the old file.
  agent.stop();
  assert.deepEqual(await agent.lines(), ['three', 'four']);
  assert.deepEqual(agent.codes(), []);
  agent.stop();
  appendFileSync(target, 'late\n');
  assert.deepEqual(await agent.lines(), ['late']);
});

test('another file in the place to which the link led is not read', async (t) => {
  const { folder, link, target, agent } = await readLine(t);
  rmSync(target);
  writeFileSync(target, 'of another log\n');
  const next = join(folder, 'data/tomorrow.log');
  writeFileSync(next, 'two\n');
  relink(link, next);
  assert.deepEqual(await agent.lines(), ['two']);
  assert.deepEqual(agent.codes(), ['INPUT_LOST']);
});

test('a link that leads nowhere for a while', async (t) => {
  const { target, agent } = await readLine(t);
  appendFileSync(target, `${line('two')}\n`);
  rotateByRename(target);
  assert.deepEqual(await agent.lines(), [line('two')]);
  writeFileSync(target, 'three\n');
  assert.deepEqual(await agent.lines(), ['three']);
});

test('generations beside another file to which the link leads now are of another log', async (t) => {
  const { folder, link, target } = linked(t);
  const next = join(folder, 'next/app.log');
  mkdirSync(join(folder, 'next'));
  for (const ending of ['.2', '.1', '']) writeFileSync(next + ending, `${line(`next${ending}`)}\n`);
  const { follower } = follow(t, { path: link });
  appendFileSync(target, 'one\n');
  assert.deepEqual(drain(follower), ['one']);
  relink(link, next);
  assert.deepEqual(drain(follower), [line('next')]);
  // From now on its generations are read, as those of any log.
  appendFileSync(next, 'two\n');
  rotateByRename(next);
  writeFileSync(next, 'three\n');
  rotateByRename(next);
  writeFileSync(next, 'four\n');
  assert.deepEqual(drain(follower), ['two', 'three', 'four']);
  const down = await readLine(t);
  relink(down.link, next);
  assert.deepEqual(await down.agent.lines(), ['four']);
  down.agent.stop();
  rotateByRename(next);
  writeFileSync(next, 'five\n');
  assert.deepEqual(await down.agent.lines(), ['five']);
});

test('all is finished and the link leads nowhere when the agent is stopped: what comes then is read', async (t) => {
  const { target, agent } = await readLine(t);
  rotateByRename(target);
  await agent.lines();
  agent.clock.advance(defaultLateWriterMs);
  assert.deepEqual(await agent.lines(), []);
  agent.stop();
  for (const text of ['two', 'three']) {
    writeFileSync(target, `${line(text)}\n`);
    rotateByRename(target);
  }
  writeFileSync(target, 'four\n');
  assert.deepEqual(await agent.lines(), [line('two'), line('three'), 'four']);
});
