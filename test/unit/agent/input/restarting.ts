import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { InputSpec } from '../../../../agent/input/input-spec.ts';
import { type InputSet, openInputs } from '../../../../agent/input/inputs.ts';
import type { SavedSource } from '../../../../agent/input/saved-source.ts';
import { LogList } from '../../../support/log-list.ts';
import { HandClock } from './follow-fixture.ts';

/** Inputs that are stopped and started again, with what they saved kept between. */
export class Restarting {
  readonly clock = new HandClock();
  readonly list = new LogList();
  readonly #specs: readonly InputSpec[];
  #saved = new Map<string, string>();
  #inputs: InputSet | undefined;
  /** Lines taken and not saved. */
  #unsaved: string[] = [];

  constructor(t: TestContext, paths: readonly string[], options: Partial<InputSpec> = {}) {
    this.#specs = paths.map((path) => ({ name: path, path, fromStart: true, ...options }));
    t.after(() => this.#inputs?.close());
  }

  get inputs(): InputSet {
    this.#inputs ??= openInputs(
      this.#specs,
      { log: this.list.log, clock: this.clock },
      [...this.#saved].map(([name, state]): SavedSource => ({ name, state })),
    );
    return this.#inputs;
  }

  /** Names of what is saved, in order. */
  get savedNames(): readonly string[] {
    return [...this.#saved.keys()].sort();
  }

  /** What is saved under a name. */
  savedAs(name: string): string | undefined {
    return this.#saved.get(name);
  }

  /** Saves what changed. */
  save(): void {
    for (const { name, state } of this.inputs.changedPositions()) {
      if (state === '') this.#saved.delete(name);
      else this.#saved.set(name, state);
    }
    this.inputs.positionsSaved();
    this.#unsaved = [];
  }

  /** Ends without saving: gives the lines that were taken since. They come again. */
  kill(): string[] {
    this.#inputs?.close();
    this.#inputs = undefined;
    return this.#unsaved.splice(0);
  }

  /** An orderly end. */
  stop(): void {
    this.save();
    this.kill();
  }

  /** Takes over what other inputs saved. */
  goOnFrom(other: Restarting): void {
    this.#saved = new Map(other.#saved);
  }

  /** As if the system had given its devices other numbers. */
  renumberDevices(): void {
    for (const [name, state] of this.#saved) {
      this.#saved.set(name, state.replaceAll(/evice":"(\d+)"/g, 'evice":"9$1"'));
    }
  }

  /** At most so many lines that are there. */
  take(most = Infinity): string[] {
    const lines: string[] = [];
    for (const source of this.inputs.sources) {
      while (lines.length < most) {
        const line = source.next();
        if (line === undefined) break;
        lines.push(line);
      }
    }
    this.#unsaved.push(...lines);
    return lines;
  }

  /** All lines, with the waiting that decompression needs. */
  async lines(): Promise<string[]> {
    const lines: string[] = [];
    for (let quiet = 0; quiet < 3; ) {
      const found = this.inputs.poll();
      lines.push(...this.take());
      if (found) quiet = 0;
      else if (!this.inputs.isWaiting) quiet += 1;
      if (this.inputs.isWaiting) await setTimeout(1);
    }
    return lines;
  }

  /** The codes of the messages so far, without those of every opening. */
  codes(): string[] {
    const usual = new Set(['INPUT_OPENED', 'INPUT_RESUMED']);
    const codes = this.list.records.splice(0).map((record) => record.code);
    return codes.filter((code) => !usual.has(code));
  }
}

/** `folder/name` as `name`. */
export function namesIn(folder: string, saved: readonly string[]): string[] {
  return saved.map((name) => name.replaceAll(`${folder}/`, ''));
}
