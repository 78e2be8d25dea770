import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tempDir } from '../../../support/temp-dir.ts';
import { rotateByCopy, rotateByRename } from './follow-fixture.ts';
import { namesIn, Restarting } from './restarting.ts';

interface Log {
  readonly folder: string;
  readonly path: string;
  readonly agent: Restarting;
}

/** A log that was read as far as `text` goes, by an agent that is stopped now. */
async function readLog(t: TestContext, text: string): Promise<Log> {
  const folder = tempDir(t);
  const path = join(folder, 'app.log');
  appendFileSync(path, text);
  const agent = new Restarting(t, [path]);
  await agent.lines();
  agent.stop();
  return { folder, path, agent };
}

/** As logrotate does, with gzip itself. */
function compress(path: string): void {
  execFileSync('gzip', [path]);
}

/** A line that no other one is like, longer than what fingerprints need. */
function line(text: string): string {
  return `${text} ${'.'.repeat(80)}`;
}

test('reading goes on where it was', async (t) => {
  const { path, agent } = await readLog(t, 'one\ntwo\n');
  appendFileSync(path, 'three\n');
  assert.deepEqual(await agent.lines(), ['three']);
  agent.stop();
  assert.deepEqual(await agent.lines(), []);
});

test('a partial last line is held over the restart', async (t) => {
  const { path, agent } = await readLog(t, 'one\nhal');
  appendFileSync(path, 'f\n');
  assert.deepEqual(await agent.lines(), ['half']);
});

test('lines that were taken but not saved come again, from the first on', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  appendFileSync(path, 'two\nthree\n');
  agent.inputs.poll();
  assert.deepEqual(agent.take(1), ['two']);
  agent.save();
  assert.deepEqual(agent.take(1), ['three']);
  assert.deepEqual(agent.kill(), ['three']);
  assert.deepEqual(await agent.lines(), ['three']);
});

test('rotated while it was down: the rest of the old, the ones in between, the new', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  for (const text of ['two', 'three', 'four']) {
    appendFileSync(path, `${text}\n`);
    rotateByRename(path);
  }
  appendFileSync(path, 'five\n');
  assert.deepEqual(await agent.lines(), ['two', 'three', 'four', 'five']);
  agent.stop();
  assert.deepEqual(await agent.lines(), []);
});

test('rotated while it was down, and no new file yet', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  appendFileSync(path, 'two\n');
  rotateByRename(path);
  assert.deepEqual(await agent.lines(), ['two']);
  agent.stop();
  appendFileSync(path, 'three\n');
  assert.deepEqual(await agent.lines(), ['three']);
});

test('rotated and compressed while it was down', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  for (const text of ['two', 'three', 'four', 'five']) {
    appendFileSync(path, `${text}\n`);
    for (const number of [4, 3, 2]) {
      const name = `${path}.${number}.gz`;
      if (existsSync(name)) renameSync(name, `${path}.${number + 1}.gz`);
    }
    rotateByRename(path);
    // `delaycompress` of logrotate leaves the newest as it is.
    if (existsSync(`${path}.2`)) compress(`${path}.2`);
  }
  appendFileSync(path, 'six\n');
  assert.deepEqual(await agent.lines(), ['two', 'three', 'four', 'five', 'six']);
  agent.stop();
  assert.deepEqual(await agent.lines(), []);
});

test('compressed while it was down, with the rest of the half-read file in it', async (t) => {
  const { path, agent } = await readLog(t, `${line('one')}\n${line('two')}\nthr`);
  appendFileSync(path, `ee\n${line('four')}\n`);
  rotateByRename(path);
  compress(`${path}.1`);
  writeFileSync(path, 'five\n');
  assert.deepEqual(await agent.lines(), ['three', line('four'), 'five']);
});

test('compressed generations of before the first start are not read', async (t) => {
  const folder = tempDir(t);
  const path = join(folder, 'app.log');
  writeFileSync(`${path}.2`, 'ancient\n');
  compress(`${path}.2`);
  execFileSync('touch', ['-d', '2026-01-01', `${path}.2.gz`]);
  writeFileSync(`${path}.1`, 'old\n');
  writeFileSync(path, 'one\n');
  const agent = new Restarting(t, [path]);
  assert.deepEqual(await agent.lines(), ['one']);
  agent.stop();
  renameSync(`${path}.2.gz`, `${path}.3.gz`);
  compress(`${path}.1`);
  renameSync(`${path}.1.gz`, `${path}.2.gz`);
  rotateByRename(path);
  writeFileSync(path, 'two\n');
  assert.deepEqual(await agent.lines(), ['two']);
});

test('stopped amid a compressed generation', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  const texts = Array.from({ length: 5_000 }, (_, number) => line(`line ${number}`));
  appendFileSync(path, `${texts.join('\n')}\n`);
  rotateByRename(path);
  compress(`${path}.1`);
  writeFileSync(path, 'last\n');
  const lines: string[] = [];
  for (let round = 0; lines.length < 5_001 && round < 10; round++) {
    while (lines.length < (round + 1) * 700) {
      agent.inputs.poll();
      const taken = agent.take(70);
      lines.push(...taken);
      if (taken.includes('last')) break;
      if (taken.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    agent.stop();
  }
  assert.deepEqual(lines, [...texts, 'last']);
});

test('a generation that was compressed in another way is told, and only if it is new', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  writeFileSync(`${path}.2.xz`, 'unknown');
  execFileSync('touch', ['-d', '2026-01-01', `${path}.2.xz`]);
  writeFileSync(`${path}.1.xz`, 'unknown');
  assert.deepEqual(await agent.lines(), []);
  assert.deepEqual(agent.codes(), ['INPUT_COMPRESSED']);
});

test('a damaged gzip file: what can be read of it, told once', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  rotateByRename(path);
  const whole = gzipSync(
    `one\n${Array.from({ length: 9_000 }, (_, n) => line(`${n}`)).join('\n')}\n`,
  );
  writeFileSync(`${path}.2.gz`, whole.subarray(0, whole.length / 2));
  rmSync(`${path}.1`);
  writeFileSync(path, 'last\n');
  const lines = await agent.lines();
  assert.equal(lines[0], line('0'));
  assert.equal(lines.at(-1), 'last');
  assert.deepEqual(agent.codes(), ['INPUT_UNREADABLE']);
});

test('copytruncate while it was down: the unread rest from the copies', async (t) => {
  const { path, agent } = await readLog(t, `${line('one')}\n`);
  for (const text of ['two', 'three', 'four']) {
    appendFileSync(path, `${line(text)}\n`);
    if (text !== 'four') rotateByCopy(path);
  }
  assert.deepEqual(await agent.lines(), [line('two'), line('three'), line('four')]);
  agent.stop();
  assert.deepEqual(await agent.lines(), []);
});

test('copytruncate while it was down, and the file has grown past the position again', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  appendFileSync(path, 'two\n');
  rotateByCopy(path);
  appendFileSync(path, `${line('three')}\n`);
  assert.deepEqual(await agent.lines(), ['two', line('three')]);
});

test('copytruncate and compressed while it was down', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  appendFileSync(path, 'two\n');
  rotateByCopy(path);
  compress(`${path}.1`);
  appendFileSync(path, 'three\n');
  assert.deepEqual(await agent.lines(), ['two', 'three']);
});

test('stopped between the copy and the truncation', async (t) => {
  const { path, agent } = await readLog(t, `${line('one')}\n`);
  appendFileSync(path, `${line('two')}\n`);
  copyFileSync(path, `${path}.1`);
  assert.deepEqual(await agent.lines(), [line('two')]);
  agent.stop();
  truncateSync(path);
  appendFileSync(path, 'three\n');
  assert.deepEqual(await agent.lines(), ['three']);
});

test('emptied while it was down: from its beginning, and told', async (t) => {
  const { path, agent } = await readLog(t, 'one\ntwo\n');
  truncateSync(path);
  appendFileSync(path, 'three\n');
  assert.deepEqual(await agent.lines(), ['three']);
  assert.deepEqual(agent.codes(), ['INPUT_LOST']);
  agent.stop();
  assert.deepEqual(await agent.lines(), []);
});

test('removed while it was down, and made anew, perhaps with the same inode number', async (t) => {
  const { path, agent } = await readLog(t, 'one\ntwo\n');
  rmSync(path);
  writeFileSync(path, 'one\nnew\nthree\n');
  assert.deepEqual(await agent.lines(), ['one', 'new', 'three']);
});

test('replaced while it was down by a file that has all that was read, as editors do', async (t) => {
  const { path, agent } = await readLog(t, 'one\ntwo\n');
  writeFileSync(`${path}.tmp`, 'one\ntwo\nthree\n');
  renameSync(`${path}.tmp`, path);
  assert.deepEqual(await agent.lines(), ['three']);
});

test('an old file half read beside the new one', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  await agent.lines();
  appendFileSync(path, 'two\nthree\n');
  rotateByRename(path);
  writeFileSync(path, 'four\n');
  agent.inputs.poll();
  assert.deepEqual(agent.take(1), ['two']);
  agent.stop();
  appendFileSync(`${path}.1`, 'late\n');
  assert.deepEqual(await agent.lines(), ['three', 'late', 'four']);
});

test('late lines in a generation that was finished', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  await agent.lines();
  rotateByRename(path);
  writeFileSync(path, 'two\n');
  assert.deepEqual(await agent.lines(), ['two']);
  agent.clock.advance(10_000);
  assert.deepEqual(await agent.lines(), []);
  agent.stop();
  appendFileSync(`${path}.1`, 'late\n');
  assert.deepEqual(await agent.lines(), ['late']);
});

test('a copy of a finished generation, made while it was down, is not read', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  await agent.lines();
  rotateByRename(path);
  writeFileSync(path, 'two\n');
  await agent.lines();
  agent.clock.advance(10_000);
  await agent.lines();
  agent.stop();
  copyFileSync(`${path}.1`, `${path}.9`);
  assert.deepEqual(await agent.lines(), []);
});

test('a file that appears while it was down is read from its beginning', async (t) => {
  const folder = tempDir(t);
  const agent = new Restarting(t, [join(folder, '*.log'), join(folder, 'named')], {
    fromStart: false,
  });
  writeFileSync(join(folder, 'old.log'), 'old\n');
  assert.deepEqual(await agent.lines(), []);
  agent.stop();
  writeFileSync(join(folder, 'new.log'), 'new\n');
  writeFileSync(join(folder, 'named'), 'named\n');
  appendFileSync(join(folder, 'old.log'), 'newer\n');
  assert.deepEqual((await agent.lines()).sort(), ['named', 'new', 'newer']);
});

test('a file that was renamed to another match of a glob while it was down', async (t) => {
  const folder = tempDir(t);
  const agent = new Restarting(t, [join(folder, '*.log')]);
  writeFileSync(join(folder, 'a.log'), 'one\n');
  assert.deepEqual(await agent.lines(), ['one']);
  agent.stop();
  renameSync(join(folder, 'a.log'), join(folder, 'b.log'));
  appendFileSync(join(folder, 'b.log'), 'two\n');
  assert.deepEqual(await agent.lines(), ['two']);
});

test('a match of a glob that was rotated away while it was down, and is not there any more', async (t) => {
  const folder = tempDir(t);
  const agent = new Restarting(t, [join(folder, '*.log')]);
  writeFileSync(join(folder, 'a.log'), 'one\n');
  assert.deepEqual(await agent.lines(), ['one']);
  agent.stop();
  appendFileSync(join(folder, 'a.log'), 'two\n');
  rotateByRename(join(folder, 'a.log'));
  assert.deepEqual(await agent.lines(), ['two']);
});

test('another device number after a reboot does not matter', async (t) => {
  const { path, agent } = await readLog(t, 'one\n');
  rotateByRename(path);
  appendFileSync(`${path}.1`, 'two\n');
  writeFileSync(path, 'three\n');
  agent.renumberDevices();
  assert.deepEqual(await agent.lines(), ['two', 'three']);
});

test('a log that cannot be opened at the restart keeps its position', async (t) => {
  if (process.geteuid?.() === 0) {
    process.seteuid?.(65_534);
    t.after(() => process.seteuid?.(0));
  }
  const { path, agent } = await readLog(t, 'one\n');
  appendFileSync(path, 'two\n');
  chmodSync(path, 0);
  for (let restart = 0; restart < 2; restart++) {
    assert.deepEqual(await agent.lines(), []);
    agent.clock.advance(2_000);
    assert.deepEqual(await agent.lines(), []);
    assert.deepEqual(agent.codes(), ['INPUT_UNREADABLE']);
    agent.stop();
  }
  await agent.lines();
  chmodSync(path, 0o600);
  agent.clock.advance(2_000);
  assert.deepEqual(await agent.lines(), ['two']);
});

test('a folder that is missing at the restart, as before it is mounted', async (t) => {
  const { folder, path, agent } = await readLog(t, 'one\n');
  appendFileSync(path, 'two\n');
  renameSync(folder, `${folder}.away`);
  for (let restart = 0; restart < 2; restart++) {
    assert.deepEqual(await agent.lines(), []);
    agent.stop();
  }
  mkdirSync(folder);
  assert.deepEqual(await agent.lines(), []);
  rmSync(folder, { recursive: true });
  renameSync(`${folder}.away`, folder);
  assert.deepEqual(await agent.lines(), ['two']);
});

test('what belongs to no input any more is dropped at once', async (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, 'a.log'), 'one\n');
  writeFileSync(join(folder, 'b.log'), 'one\n');
  const both = new Restarting(t, [join(folder, 'a.log'), join(folder, 'b.log')]);
  await both.lines();
  both.stop();
  const one = new Restarting(t, [join(folder, 'b.log')]);
  one.goOnFrom(both);
  assert.deepEqual(await one.lines(), []);
  one.stop();
  assert.deepEqual(namesIn(folder, one.savedNames), ['input b.log', 'positions b.log']);
});

test('unreadable at the very first start: read from where it ended then, also after a restart', async (t) => {
  if (process.geteuid?.() === 0) {
    process.seteuid?.(65_534);
    t.after(() => process.seteuid?.(0));
  }
  const path = join(tempDir(t), 'app.log');
  writeFileSync(path, 'old\n', { mode: 0 });
  const agent = new Restarting(t, [path], { fromStart: false });
  assert.deepEqual(await agent.lines(), []);
  agent.stop();
  chmodSync(path, 0o600);
  appendFileSync(path, 'new\n');
  assert.deepEqual(await agent.lines(), ['new']);
});
