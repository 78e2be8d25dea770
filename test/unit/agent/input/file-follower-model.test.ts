import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  openSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { type TestContext, test } from 'node:test';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import { drain, type Followed, follow, rotateByCopy, rotateByRename } from './follow-fixture.ts';

// Random writers and rotators against a follower that looks now and then.
// Nothing that they do makes a loss unavoidable: a file is removed or emptied
// without a copy only after the follower has looked. So every line must come
// exactly once, and the lines of one file in their order.
//
// SEED=n replays a run, STEPS=n makes it longer.

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const steps = Number(process.env['STEPS'] ?? 3_000);
const stepsPerModel = 60;
const rotatedFilesMax = 6;

/** One file as the writers know it. */
interface Written {
  readonly number: number;
  readonly fd: number;
  text: string;
  lines: number;
}

class Model {
  readonly #random: () => number;
  readonly #followed: Followed;
  readonly #expected: string[] = [];
  readonly #seen: string[] = [];
  readonly steps: string[] = [];
  #files = 0;
  /** The file that has the name; undefined while it is removed. */
  #current: Written | undefined;
  /** The one before it, which a writer may still have open. */
  #late: Written | undefined;

  constructor(t: TestContext, random: () => number) {
    this.#followed = follow(t);
    this.#random = random;
    this.#current = this.#create();
  }

  step(): void {
    const step = this.#pick([
      ...Array<() => void>(6).fill(this.#write),
      ...Array<() => void>(4).fill(this.#look),
      this.#writeLate,
      this.#writeLate,
      this.#renameAway,
      this.#renameAway,
      this.#copyAndTruncate,
      this.#truncate,
      this.#remove,
      this.#settle,
    ]);
    this.steps.push(step.name);
    step.call(this);
  }

  /** Ends all files, lets the follower read everything, and compares. */
  check(): void {
    this.#settle();
    this.#write();
    this.#settle();
    if (this.#current !== undefined) this.#end(this.#current);
    const folder = this.#followed.path;
    rmSync(folder);
    this.#settle();
    assert.deepEqual(this.#seen.toSorted(), this.#expected.toSorted());
    assertOrdered(this.#seen);
  }

  #write(): void {
    this.#current ??= this.#create();
    this.#writeTo(this.#current);
  }

  #writeLate(): void {
    if (this.#late !== undefined) this.#writeTo(this.#late);
  }

  /** Writes whole lines, half lines, the other half, or much. */
  #writeTo(file: Written): void {
    let text = '';
    const lines = this.#random() < 0.02 ? 8_000 : this.#below(6);
    for (let line = 0; line < lines; line++) {
      text += `${file.number}:${file.lines++} ${'.'.repeat(this.#below(60))}\n`;
    }
    if (this.#random() < 0.2) text += `${file.number}:${file.lines++} half`;
    file.text += text;
    writeSync(file.fd, text);
  }

  #look(): void {
    const { follower } = this.#followed;
    follower.poll();
    this.#take(this.#random() < 0.5 ? Infinity : this.#below(10));
  }

  #take(most: number): void {
    for (let taken = 0; taken < most; taken++) {
      const line = this.#followed.follower.next();
      if (line === undefined) return;
      this.#seen.push(line);
    }
  }

  #renameAway(): void {
    if (this.#current === undefined || this.#hasManyGenerations()) return;
    if (this.#late !== undefined) this.#end(this.#late);
    rotateByRename(this.#followed.path);
    this.#late = this.#current;
    this.#current = this.#random() < 0.8 ? this.#create() : undefined;
  }

  #copyAndTruncate(): void {
    if (this.#current === undefined || this.#hasManyGenerations()) return;
    rotateByCopy(this.#followed.path);
    this.#beginAnew(this.#current);
  }

  #truncate(): void {
    if (this.#current === undefined) return;
    this.#seen.push(...drain(this.#followed.follower));
    truncateSync(this.#followed.path);
    this.#beginAnew(this.#current);
  }

  #remove(): void {
    if (this.#current === undefined) return;
    this.#followed.follower.poll();
    unlinkSync(this.#followed.path);
    if (this.#late !== undefined) this.#end(this.#late);
    this.#late = this.#current;
    this.#current = this.#random() < 0.5 ? this.#create() : undefined;
  }

  /** Time passes: old files are closed by their writers, then by the follower; the oldest removed. */
  #settle(): void {
    const { follower, clock, path } = this.#followed;
    if (this.#late !== undefined) this.#end(this.#late);
    this.#late = undefined;
    for (let round = 0; round < 3; round++) {
      this.#seen.push(...drain(follower));
      clock.advance(defaultLateWriterMs);
    }
    for (let number = 3; existsSync(`${path}.${number}`); number++) rmSync(`${path}.${number}`);
  }

  #hasManyGenerations(): boolean {
    return existsSync(`${this.#followed.path}.${rotatedFilesMax}`);
  }

  #create(): Written {
    const fd = openSync(this.#followed.path, 'a');
    return { number: this.#files++, fd, text: '', lines: 0 };
  }

  #end(file: Written): void {
    closeSync(file.fd);
    this.#expect(file.text);
  }

  /** The same file, emptied, counts as another. */
  #beginAnew(file: Written): void {
    this.#expect(file.text);
    this.#current = { number: this.#files++, fd: file.fd, text: '', lines: 0 };
  }

  #expect(text: string): void {
    const lines = text.split('\n');
    const unfinished = lines.pop();
    for (const line of lines) this.#expected.push(line);
    if (unfinished) this.#expected.push(unfinished);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<Choice>(choices: readonly Choice[]): Choice {
    const choice = choices[this.#below(choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }
}

/** Fails when a line of a file comes before an earlier one of the same file. */
function assertOrdered(lines: readonly string[]): void {
  const last = new Map<string, number>();
  for (const line of lines) {
    const [, file = '', number = ''] = /^(\d+):(\d+) /.exec(line) ?? [];
    assert.ok(Number(number) > (last.get(file) ?? -1), `out of order: ${line}`);
    last.set(file, Number(number));
  }
}

/** Marsaglia's xorshift32: small, and the same everywhere. */
function randomFrom(start: number): () => number {
  let state = (start * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

test(`every line once, whatever happens to the file (SEED=${seed})`, (t) => {
  for (let number = 0; number < steps / stepsPerModel; number++) {
    // Each model has its own seed, so that a failing one can be replayed alone.
    const model = new Model(t, randomFrom(seed + number));
    for (let step = 0; step < stepsPerModel; step++) model.step();
    try {
      model.check();
    } catch (error) {
      t.diagnostic(
        `SEED=${seed + number} STEPS=${stepsPerModel} replays: ${model.steps.join(' ')}`,
      );
      throw error;
    }
  }
});
