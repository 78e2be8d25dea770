import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import type { InputSpec } from '../../../../agent/input/input-spec.ts';
import {
  dropGoneMs,
  type InputSet,
  openInputs,
  rescanIntervalMs,
} from '../../../../agent/input/inputs.ts';
import { makeFifo } from '../../../support/fifo.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { codes, HandClock, rotateByCopy, rotateByRename } from './follow-fixture.ts';

interface Opened {
  readonly inputs: InputSet;
  readonly clock: HandClock;
  readonly list: LogList;
}

/** Opens one input for each pattern, relative to a folder. */
function open(t: TestContext, folder: string, patterns: string[], fromStart = false): Opened {
  const specs = patterns.map((pattern): InputSpec => {
    return { name: `spec ${pattern}`, path: join(folder, pattern), fromStart };
  });
  const clock = new HandClock();
  const list = new LogList();
  const inputs = openInputs(specs, { log: list.log, clock });
  t.after(() => inputs.close());
  return { inputs, clock, list };
}

/** All lines, each after the base name of its source, until nothing is new. */
function linesOf({ inputs, clock }: Opened): string[] {
  const lines: string[] = [];
  clock.advance(rescanIntervalMs);
  for (let quiet = 0; quiet < 2; ) {
    quiet = inputs.poll() ? 0 : quiet + 1;
    for (const source of inputs.sources) {
      for (let line = source.next(); line !== undefined; line = source.next()) {
        lines.push(`${basename(source.name)}: ${line}`);
      }
    }
  }
  return lines;
}

function namesOf({ inputs }: Opened): string[] {
  return inputs.sources.map((source) => basename(source.name));
}

test('files of the start from their end, later ones from their beginning, sorted by name', (t) => {
  const folder = tempDir(t);
  for (const name of ['b.log', 'a.log', 'other']) appendFileSync(join(folder, name), 'old\n');
  mkdirSync(join(folder, 'folder.log'));
  const opened = open(t, folder, ['*.log']);
  assert.deepEqual(namesOf(opened), ['a.log', 'b.log']);
  for (const name of ['c.log', 'b.log', 'a.log', 'aa.log']) {
    appendFileSync(join(folder, name), 'new\n');
  }
  const expected = ['a.log: new', 'aa.log: new', 'b.log: new', 'c.log: new'];
  assert.deepEqual(linesOf(opened).sort(), expected);
  assert.deepEqual(namesOf(opened), ['a.log', 'aa.log', 'b.log', 'c.log']);
});

test('from the start, where that is asked for', (t) => {
  const folder = tempDir(t);
  for (const name of ['a.log', 'a.log.1']) appendFileSync(join(folder, name), 'old\n');
  appendFileSync(join(folder, 'a.log.2.gz'), 'not text\n');
  const opened = open(t, folder, ['a.log*'], true);
  assert.deepEqual(linesOf(opened), ['a.log: old', 'a.log.1: old']);
});

test('a source knows its input; of two for one file the later counts', (t) => {
  const folder = tempDir(t);
  appendFileSync(join(folder, 'a.log'), '');
  appendFileSync(join(folder, 'b.log'), '');
  const { inputs } = open(t, folder, ['a.log', '*.log']);
  const names = inputs.sources.map((source) => inputs.specOf(source)?.name);
  assert.deepEqual(names, ['spec *.log', 'spec *.log']);
});

test('a missing file is told once, and read from its beginning when it appears', (t) => {
  const folder = tempDir(t);
  const opened = open(t, folder, ['a.log', 'none*.log']);
  assert.deepEqual(linesOf(opened), []);
  assert.deepEqual(codes(opened.list.records), ['INPUT_MISSING', 'INPUT_MISSING']);
  appendFileSync(join(folder, 'a.log'), 'one\n');
  appendFileSync(join(folder, 'none1.log'), 'two\n');
  assert.deepEqual(linesOf(opened), ['a.log: one', 'none1.log: two']);
});

test('a glob that matches rotated generations, too, reads nothing twice', (t) => {
  const rotations = { rotateByRename, rotateByCopy };
  for (const [name, rotate] of Object.entries(rotations)) {
    const folder = tempDir(t);
    const path = join(folder, 'app.log');
    appendFileSync(path, 'old\n');
    rotate(path);
    appendFileSync(path, 'old\n');
    const opened = open(t, folder, ['app.log*']);
    const seen: string[] = [];
    for (let round = 0; round < 12; round++) {
      appendFileSync(path, `line ${round}\n`);
      if (round % 2 === 0) seen.push(...linesOf(opened));
      appendFileSync(path, `late line ${round}\n`);
      rotate(path);
      appendFileSync(path, '');
      seen.push(...linesOf(opened));
      if (round % 3 === 0) opened.clock.advance(defaultLateWriterMs);
    }
    const texts = seen.map((line) => line.replace(/^.*?: /, ''));
    const expected = Array.from({ length: 12 }, (_, round) => [
      `line ${round}`,
      `late line ${round}`,
    ]);
    assert.deepEqual(texts.sort(), expected.flat().sort(), name);
  }
});

test('a file that is renamed to another match is not read again', (t) => {
  const folder = tempDir(t);
  appendFileSync(join(folder, 'a.log'), '');
  const opened = open(t, folder, ['*.log']);
  appendFileSync(join(folder, 'a.log'), 'one\n');
  assert.deepEqual(linesOf(opened), ['a.log: one']);
  renameSync(join(folder, 'a.log'), join(folder, 'b.log'));
  assert.deepEqual(linesOf(opened), []);
  for (let round = 0; round < 3; round++) {
    opened.clock.advance(defaultLateWriterMs);
    assert.deepEqual(linesOf(opened), []);
  }
  appendFileSync(join(folder, 'b.log'), 'two\n');
  assert.deepEqual(linesOf(opened), ['b.log: two']);
  opened.clock.advance(dropGoneMs);
  linesOf(opened);
  assert.deepEqual(namesOf(opened), ['b.log']);
});

test('sources of files that are gone are given up, unless they were named', (t) => {
  const folder = tempDir(t);
  for (const name of ['a.log', 'b.txt']) appendFileSync(join(folder, name), '');
  const opened = open(t, folder, ['*.log', 'b.txt']);
  for (const name of ['a.log', 'b.txt']) rmSync(join(folder, name));
  for (const pauseMs of [0, defaultLateWriterMs, dropGoneMs - 10_000]) {
    opened.clock.advance(pauseMs);
    linesOf(opened);
    assert.deepEqual(namesOf(opened), ['a.log', 'b.txt']);
  }
  opened.clock.advance(dropGoneMs);
  linesOf(opened);
  assert.deepEqual(namesOf(opened), ['b.txt']);
});

test('a name may become a fifo, and a file again', (t) => {
  const folder = tempDir(t);
  const path = join(folder, 'input');
  const opened = open(t, folder, ['input']);
  makeFifo(path);
  linesOf(opened);
  appendFileSync(path, 'from the fifo\n');
  assert.deepEqual(linesOf(opened), ['input: from the fifo']);
  rmSync(path);
  appendFileSync(path, 'from the file\n');
  assert.deepEqual([...linesOf(opened), ...linesOf(opened)], ['input: from the file']);
});

test('files never end', (t) => {
  const folder = tempDir(t);
  assert.equal(open(t, folder, ['a.log']).inputs.ended, false);
});
