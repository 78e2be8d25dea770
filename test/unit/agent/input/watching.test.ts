import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { InputSpec } from '../../../../agent/input/input-spec.ts';
import { type InputSet, openInputs, rescanIntervalMs } from '../../../../agent/input/inputs.ts';
import { unwatchedPollMs, watchedPollMs } from '../../../../agent/input/poll-plan.ts';
import { makeFifo } from '../../../support/fifo.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { HandClock, rotateByRename } from './follow-fixture.ts';

/** Inputs that watch folders, with a clock that stands still: what comes, comes by a hint. */
class Watching {
  readonly clock = new HandClock();
  readonly list = new LogList();
  readonly inputs: InputSet;
  #hinted: (() => void) | undefined;

  constructor(t: TestContext, paths: readonly string[], options: Partial<InputSpec> = {}) {
    const specs = paths.map((path) => ({ name: path, path, fromStart: true, ...options }));
    const onHint = () => this.#hinted?.();
    this.inputs = openInputs(specs, { log: this.list.log, clock: this.clock, onHint });
    t.after(() => this.inputs.close());
    this.lines();
  }

  /** What is there now, as far as sources are looked at. */
  lines(): string[] {
    const lines: string[] = [];
    for (let quiet = 0; quiet < 3; ) {
      quiet = this.inputs.poll() ? 0 : quiet + 1;
      for (const source of this.inputs.ready) {
        for (let line = source.next(); line !== undefined; line = source.next()) lines.push(line);
      }
    }
    return lines;
  }

  /** Waits for hints until so many lines have come. */
  async linesByHints(count: number): Promise<string[]> {
    const lines = this.lines();
    while (lines.length < count) {
      // No hint is missed: none can come between a poll and this.
      await new Promise<void>((resolve) => {
        this.#hinted = resolve;
      });
      lines.push(...this.lines());
    }
    return lines;
  }
}

test('the folder tells of a line, of a rotation, and of late lines', async (t) => {
  const path = join(tempDir(t), 'app.log');
  writeFileSync(path, 'one\n');
  const watching = new Watching(t, [path]);
  appendFileSync(path, 'two\n');
  assert.deepEqual(await watching.linesByHints(1), ['two']);
  rotateByRename(path);
  writeFileSync(path, 'three\n');
  assert.deepEqual(await watching.linesByHints(1), ['three']);
  appendFileSync(`${path}.1`, 'late\n');
  assert.deepEqual(await watching.linesByHints(1), ['late']);
});

test('the folder tells of a file that newly matches a glob', async (t) => {
  const folder = tempDir(t);
  const watching = new Watching(t, [join(folder, '*.log')]);
  watching.clock.advance(1);
  writeFileSync(join(folder, 'a.log'), 'one\n');
  assert.deepEqual(await watching.linesByHints(1), ['one']);
});

test('without a hint a watched file is looked at now and then', (t) => {
  const path = join(tempDir(t), 'app.log');
  writeFileSync(path, '');
  const watching = new Watching(t, [path]);
  // Events are delivered only when this test waits, which it does not.
  appendFileSync(path, 'one\n');
  assert.deepEqual(watching.lines(), []);
  watching.clock.advance(watchedPollMs);
  assert.deepEqual(watching.lines(), ['one']);
});

test('where nothing is told, it is looked at four times a second', (t) => {
  const folder = tempDir(t);
  const target = join(tempDir(t), 'target');
  writeFileSync(target, '');
  symlinkSync(target, join(folder, 'link.log'));
  writeFileSync(join(folder, 'polled.log'), '');
  const watchings = [
    new Watching(t, [join(folder, 'link.log')]),
    new Watching(t, [join(folder, 'polled.log')], { pollOnly: true }),
  ];
  appendFileSync(target, 'one\n');
  appendFileSync(join(folder, 'polled.log'), 'one\n');
  for (const watching of watchings) {
    assert.deepEqual(watching.lines(), []);
    watching.clock.advance(unwatchedPollMs);
    assert.deepEqual(watching.lines(), ['one']);
  }
});

test('pipes are always looked at', (t) => {
  const path = join(tempDir(t), 'pipe');
  makeFifo(path);
  const watching = new Watching(t, [path]);
  appendFileSync(path, 'one\n');
  assert.deepEqual(watching.lines(), ['one']);
});

test('a folder that is missing, or made anew, is watched when it is there', async (t) => {
  const folder = join(tempDir(t), 'folder');
  const path = join(folder, 'app.log');
  const watching = new Watching(t, [path]);
  for (const round of ['one', 'two']) {
    mkdirSync(folder);
    watching.clock.advance(rescanIntervalMs);
    watching.lines();
    writeFileSync(path, `${round}\n`);
    assert.deepEqual(await watching.linesByHints(1), [round]);
    renameSync(folder, `${folder}.away`);
    rmSync(`${folder}.away`, { recursive: true });
  }
});

test('of many sources only those with lines are ready', async (t) => {
  const folder = tempDir(t);
  const paths = Array.from({ length: 500 }, (_, number) => join(folder, `${number}.log`));
  for (const path of paths) writeFileSync(path, '');
  const watching = new Watching(t, paths);
  assert.deepEqual(watching.inputs.ready, []);
  for (const path of paths) appendFileSync(path, 'one\n');
  assert.equal((await watching.linesByHints(500)).length, 500);
});

test('the folder of an input that a rule has dropped is watched no longer', (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, 'app.log'), '');
  const watching = new Watching(t, [join(folder, 'app.log')]);
  const before = watchers();
  for (let number = 0; number < 20; number++) {
    const path = join(folder, `${number}/added.log`);
    mkdirSync(join(folder, `${number}`));
    writeFileSync(path, '');
    assert.equal(watching.inputs.add({ path, start: 'end' }), 'added');
    assert.equal(watchers(), before + 1);
    assert.equal(watching.inputs.drop(path), true);
    assert.equal(watchers(), before);
  }
});

/** What this process watches now, as the system knows it: proc(5), fdinfo of inotify. */
function watchers(): number {
  const texts = readdirSync('/proc/self/fdinfo').map((fd) => {
    const file = `/proc/self/fdinfo/${fd}`;
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  });
  return texts.join('').split('inotify wd:').length - 1;
}
