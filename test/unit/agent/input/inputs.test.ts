import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { addedInputsMax } from '../../../../agent/input/added-inputs.ts';
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
function open(
  t: TestContext,
  folder: string,
  patterns: string[],
  options: Partial<InputSpec> = {},
): Opened {
  const specs = patterns.map((pattern): InputSpec => {
    return { name: `spec ${pattern}`, path: join(folder, pattern), fromStart: false, ...options };
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
  const opened = open(t, folder, ['a.log*'], { fromStart: true });
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

test('an input may wait longer for late writers, and cut shorter lines', (t) => {
  const folder = tempDir(t);
  const path = join(folder, 'a.log');
  appendFileSync(path, '');
  const opened = open(t, folder, ['a.log'], { lateWriterMs: 60_000, lineBytesMax: 5 });
  renameSync(path, `${path}.1`);
  appendFileSync(path, 'new\n');
  assert.deepEqual(linesOf(opened), ['a.log: new']);
  opened.clock.advance(50_000);
  appendFileSync(`${path}.1`, 'late and long\n');
  assert.deepEqual(linesOf(opened), ['a.log: late ']);
  opened.clock.advance(61_000);
  linesOf(opened);
  appendFileSync(`${path}.1`, 'too late\n');
  assert.deepEqual(linesOf(opened), []);
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

test('a file that is added begins where it is asked to, and is dropped again', (t) => {
  const folder = tempDir(t);
  const file = (name: string) => join(folder, name);
  appendFileSync(file('a.log'), 'configured\n');
  for (const name of ['b.log', 'c.log', 'd*.log', 'd1.log']) {
    appendFileSync(file(name), 'one\ntwo\n');
  }
  const opened = open(t, folder, ['a.log']);
  const { inputs } = opened;
  assert.equal(inputs.add({ path: file('b.log'), start: 0 }), 'added');
  assert.equal(inputs.add({ path: file('c.log'), start: 'end', context: 'C' }), 'added');
  assert.equal(inputs.add({ path: file('d*.log'), start: 4 }), 'added');
  assert.equal(inputs.add({ path: file('missing'), start: 'end' }), 'added');
  assert.equal(inputs.add({ path: file('a.log'), start: 0 }), 'known');
  assert.equal(inputs.add({ path: file('b.log'), start: 0 }), 'known');
  appendFileSync(file('missing'), 'came later\n');
  assert.deepEqual(linesOf(opened).sort(), [
    'b.log: one',
    'b.log: two',
    'd*.log: two',
    'missing: came later',
  ]);
  const added = inputs.sources.find(({ name }) => name.endsWith('c.log'));
  assert.equal(added && inputs.specOf(added)?.context, 'C');
  appendFileSync(file('b.log'), 'not taken any more\n');
  inputs.poll();
  const dropped = inputs.sources.find(({ name }) => name.endsWith('b.log'));
  assert.equal(inputs.drop(file('b.log')), true);
  // Whoever has it still gets nothing of what was read.
  assert.equal(dropped?.next(), undefined);
  assert.equal(inputs.drop(file('b.log')), false);
  assert.equal(inputs.drop(file('a.log')), false);
  assert.deepEqual(namesOf(opened), ['a.log', 'c.log', 'd*.log', 'missing']);
  assert.deepEqual(linesOf(opened), []);
});

test('files that were added are followed after a restart, from where they were read', (t) => {
  const folder = tempDir(t);
  const file = (name: string) => join(folder, name);
  for (const name of ['a.log', 'b.log', 'c.log']) appendFileSync(file(name), 'one\n');
  const specs: InputSpec[] = [{ name: 'a', path: file('a.log'), fromStart: false }];
  const clock = new HandClock();
  const list = new LogList();
  const saved = new Map<string, string>();
  const save = (inputs: InputSet) => {
    for (const { name, state } of inputs.changedPositions()) {
      if (state === '') saved.delete(name);
      else saved.set(name, state);
    }
    inputs.positionsSaved();
  };
  const start = (given: InputSpec[]) => {
    const resume = [...saved].map(([name, state]) => ({ name, state }));
    const inputs = openInputs(given, { log: list.log, clock }, resume);
    t.after(() => inputs.close());
    return { inputs, clock, list };
  };
  const first = start(specs);
  first.inputs.add({ path: file('b.log'), start: 0, context: 'B' });
  first.inputs.add({ path: file('c.log'), start: 0 });
  assert.deepEqual(linesOf(first), ['b.log: one', 'c.log: one']);
  first.inputs.drop(file('c.log'));
  save(first.inputs);
  first.inputs.close();
  for (const name of ['b.log', 'c.log']) appendFileSync(file(name), 'while it was down\n');
  const second = start(specs);
  assert.deepEqual(linesOf(second), ['b.log: while it was down']);
  const source = second.inputs.sources.find(({ name }) => name.endsWith('b.log'));
  assert.equal(source && second.inputs.specOf(source)?.context, 'B');
  save(second.inputs);
  second.inputs.close();
  // Now the configuration has it.
  const third = start([...specs, { name: 'b', path: file('b.log'), fromStart: false }]);
  save(third.inputs);
  assert.equal(saved.has(`added ${file('b.log')}`), false);
  assert.equal(third.inputs.drop(file('b.log')), false);
});

test('rules can add no more inputs than there may be', (t) => {
  const folder = tempDir(t);
  const { inputs } = open(t, folder, ['a.log']);
  for (let count = 0; count < addedInputsMax; count++) {
    assert.equal(inputs.add({ path: join(folder, `${count}`), start: 'end' }), 'added');
  }
  assert.equal(inputs.add({ path: join(folder, 'more'), start: 'end' }), 'full');
  inputs.drop(join(folder, '5'));
  assert.equal(inputs.add({ path: join(folder, 'more'), start: 'end' }), 'added');
});
