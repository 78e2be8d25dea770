import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { defaultLateWriterMs } from '../../../../agent/input/follow-options.ts';
import { searchAgainMs } from '../../../../agent/input/search-schedule.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { rotateByCopy, rotateByRename } from './follow-fixture.ts';
import { Restarting } from './restarting.ts';

const rotatedFilesMax = 6;

/** One file as its writers know it: between two emptyings, its text. */
interface Written {
  readonly number: number;
  readonly fd: number;
  text: string;
  lines: number;
  /** It was removed, or emptied without a copy: only who has it open can read it. */
  isGone: boolean;
  /** It was gone while the agent was down. */
  isLost: boolean;
}

/** What came of a run. */
export interface Outcome {
  /** Lines in the order in which they came; those that were taken but not saved when it was killed are left out. */
  readonly seen: readonly string[];
  /** Lines that must have come. */
  readonly expected: readonly string[];
  /** Lines that may also have come: of files that were gone when the agent was down. */
  readonly possible: readonly string[];
}

/**
 * Random writers, rotators and restarts of one log, and what must come of
 * them: every line exactly once. Lines that were taken but not saved when the
 * agent was killed do not count as come, so they must come again. Only what
 * was in a file that is removed, or emptied without a copy, may be missing,
 * and only if the agent was down before it had saved it.
 */
export class FollowingModel {
  /** What was done and what the agent said, for the report of a failure. */
  readonly steps: string[] = [];
  readonly #isMixed: boolean;
  #hasEmptied = false;
  readonly #copiesOnly: boolean;
  readonly #below: (end: number) => number;
  readonly #path: string;
  readonly #agent: Restarting;
  #isUp = true;
  #seen: string[] = [];
  /** How many of `#seen` are saved. */
  #saved = 0;
  readonly #expected: string[] = [];
  readonly #possible: string[] = [];
  #files = 0;
  readonly #all: Written[] = [];
  /** The file that has the name; undefined while it is removed. */
  #current: Written | undefined;
  /** The one before it, which a writer may still have open. */
  #late: Written | undefined;

  constructor(t: TestContext, seed: number) {
    const folder = tempDir(t);
    this.#below = new SeededRandom(seed).below;
    this.#path = join(folder, 'app.log');
    this.#current = this.#create();
    this.#isMixed = seed % 2 === 0;
    this.#copiesOnly = seed % 4 === 1;
    const patterns = [this.#path, join(folder, '*.log'), join(folder, 'app.log*')];
    this.#agent = new Restarting(t, [
      seed % 5 === 0 ? linkTo(this.#path, tempDir(t)) : (patterns[seed % 3] ?? this.#path),
    ]);
    this.#agent.inputs.poll();
    // Without anything saved, a start is a first start: that has rules of its own.
    this.#agent.save();
  }

  /** False where it rotated now by renaming, now by copying, or emptied the file: then order is not promised. */
  get keepsOrder(): boolean {
    return !this.#isMixed && !this.#hasEmptied;
  }

  async step(): Promise<void> {
    const step = this.#pick<() => void | Promise<void>>([
      ...Array<() => void>(7).fill(this.#write),
      ...Array<() => void>(5).fill(this.#look),
      this.#save,
      this.#save,
      this.#writeLate,
      this.#writeLate,
      this.#rotate,
      this.#rotate,
      this.#rotate,
      this.#truncate,
      this.#remove,
      this.#compress,
      this.#settle,
      this.#stop,
      this.#kill,
      this.#start,
      this.#start,
    ]);
    this.steps.push(step.name.replace('#', ''));
    await step.call(this);
    this.steps.push(...this.#agent.list.records.splice(0).map(({ message }) => `[${message}]`));
  }

  /** Ends all files, lets the agent read everything, and tells what came. */
  async outcome(): Promise<Outcome> {
    this.#start();
    await this.#settle();
    this.#write();
    await this.#settle();
    if (this.#current !== undefined) this.#end(this.#current);
    rmSync(this.#path, { force: true });
    await this.#settle();
    for (const { text, isLost } of this.#all) {
      (isLost ? this.#possible : this.#expected).push(...linesOf(text));
    }
    return { seen: this.#seen, expected: this.#expected, possible: this.#possible };
  }

  #write(): void {
    this.#current ??= this.#create();
    this.#writeTo(this.#current, '');
  }

  #writeLate(): void {
    if (this.#late !== undefined) this.#writeTo(this.#late, 'late ');
  }

  /** Writes whole lines, half lines, the other half, or much. */
  #writeTo(file: Written, kind: string): void {
    let text = '';
    const lines = this.#chance(0.02) ? 8_000 : this.#below(6);
    for (let line = 0; line < lines; line++) {
      text += `${file.number}:${file.lines++} ${kind}${'.'.repeat(this.#below(60))}\n`;
    }
    if (this.#chance(0.2)) text += `${file.number}:${file.lines++} ${kind}half`;
    file.text += text;
    writeSync(file.fd, text);
  }

  #look(): void {
    if (!this.#isUp) return;
    this.#agent.inputs.poll();
    this.#seen.push(...this.#agent.take(this.#chance(0.5) ? Infinity : this.#below(10)));
  }

  #save(): void {
    if (!this.#isUp) return;
    this.#agent.save();
    this.#saved = this.#seen.length;
  }

  #stop(): void {
    this.#save();
    this.#kill();
  }

  #kill(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#agent.kill();
    this.#seen = this.#seen.slice(0, this.#saved);
    for (const file of this.#all) file.isLost ||= file.isGone;
  }

  #start(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#agent.inputs.poll();
  }

  #rotate(): void {
    const copies = this.#isMixed ? this.#chance(0.33) : this.#copiesOnly;
    if (copies) this.#copyAndTruncate();
    else this.#renameAway();
  }

  #renameAway(): void {
    if (this.#current === undefined || this.#hasManyGenerations()) return;
    if (this.#late !== undefined) this.#end(this.#late);
    rotateByRename(this.#path);
    this.#late = this.#current;
    this.#current = this.#chance(0.8) ? this.#create() : undefined;
  }

  #copyAndTruncate(): void {
    if (this.#current === undefined || this.#hasManyGenerations()) return;
    rotateByCopy(this.#path);
    this.#beginAnew(this.#current);
  }

  async #truncate(): Promise<void> {
    if (this.#current === undefined) return;
    if (this.#isUp) await this.#drain();
    truncateSync(this.#path);
    this.#hasEmptied = true;
    this.#lose(this.#current);
    this.#beginAnew(this.#current);
  }

  #remove(): void {
    if (this.#current === undefined) return;
    if (this.#isUp) this.#agent.inputs.poll();
    unlinkSync(this.#path);
    this.#lose(this.#current);
    if (this.#late !== undefined) this.#end(this.#late);
    this.#late = this.#current;
    this.#current = this.#chance(0.5) ? this.#create() : undefined;
  }

  /** As gzip does; of a file that is written, the rest would be lost. */
  #compress(): void {
    const number = 1 + this.#below(3);
    const path = `${this.#path}.${number}`;
    if (!existsSync(path) || existsSync(`${path}.gz`)) return;
    // While it is up, what passes unseen and is compressed at once is lost:
    // where the name is missing, the folder is searched a second after it changed.
    if (this.#isUp) {
      this.#agent.inputs.poll();
      this.#agent.clock.advance(searchAgainMs);
      this.#agent.inputs.poll();
    }
    if (this.#late !== undefined) this.#end(this.#late);
    this.#late = undefined;
    const { atime, mtime } = statSync(path);
    writeFileSync(`${path}.gz.tmp`, gzipSync(readFileSync(path)));
    utimesSync(`${path}.gz.tmp`, atime, mtime);
    renameSync(`${path}.gz.tmp`, `${path}.gz`);
    unlinkSync(path);
  }

  /** Time passes: old files are closed by their writers, then by the agent; the oldest removed. */
  async #settle(): Promise<void> {
    if (!this.#isUp) return;
    if (this.#late !== undefined) this.#end(this.#late);
    this.#late = undefined;
    for (let round = 0; round < 3; round++) {
      await this.#drain();
      this.#agent.clock.advance(defaultLateWriterMs);
    }
    this.#save();
    for (let number = 3; number <= rotatedFilesMax + 1; number++) {
      rmSync(`${this.#path}.${number}`, { force: true });
      rmSync(`${this.#path}.${number}.gz`, { force: true });
    }
  }

  async #drain(): Promise<void> {
    this.#seen.push(...(await this.#agent.lines()));
  }

  #hasManyGenerations(): boolean {
    const last = `${this.#path}.${rotatedFilesMax}`;
    return existsSync(last) || existsSync(`${last}.gz`);
  }

  #create(): Written {
    return this.#begin(openSync(this.#path, 'a'));
  }

  #begin(fd: number): Written {
    const number = this.#files++;
    const file = { number, fd, text: '', lines: 0, isGone: false, isLost: false };
    this.#all.push(file);
    return file;
  }

  #end(file: Written): void {
    closeSync(file.fd);
  }

  /** The same file, emptied, counts as another. */
  #beginAnew(file: Written): void {
    this.#current = this.#begin(file.fd);
  }

  #lose(file: Written): void {
    file.isGone = true;
    file.isLost = !this.#isUp;
  }

  #chance(probability: number): boolean {
    return this.#below(1_000) < probability * 1_000;
  }

  #pick<Choice>(choices: readonly Choice[]): Choice {
    const choice = choices[this.#below(choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }
}

/** A symbolic link in another folder. */
function linkTo(path: string, folder: string): string {
  const link = join(folder, 'linked.log');
  symlinkSync(path, link);
  return link;
}

/** The lines of a text; an unfinished last one is a line, too. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const unfinished = lines.pop();
  return unfinished ? [...lines, unfinished] : lines;
}
