import type { ByteString } from '../../../protocol/byte-string.ts';
import type { PerlValue } from '../perl/perl.ts';
import { timeText } from '../substitute/time-variables.ts';

/** The `%` variables that actions have set, and which of them are not saved as they are. */
export class Variables {
  readonly #values = new Map<string, PerlValue>();
  readonly #changed = new Set<string>();
  #isTracking = false;
  /** `%s`, `%t` and `%u` are of here since a text was last expanded; before there are none. */
  #description: ByteString | undefined;
  #time = 0;
  /** Those of them that actions have set or freed since. */
  readonly #shadowed = new Map<string, PerlValue>();

  get(name: string): PerlValue {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: PerlValue): void {
    this.#values.set(name, value);
    if (isGiven(name)) this.#shadowed.set(name, value);
    if (this.#isTracking) this.#changed.add(name);
  }

  delete(name: string): void {
    if (isGiven(name)) this.#shadowed.set(name, undefined);
    if (this.#values.delete(name) && this.#isTracking) this.#changed.add(name);
  }

  /** A text with variables is expanded: from now on these are its description and time. */
  noteExpansion(description: ByteString, time: number): void {
    this.#description = description;
    this.#time = time;
    if (this.#shadowed.size > 0) this.#shadowed.clear();
  }

  /**
   * A variable that an action asks for by its name. `%s`, `%t` and `%u` are for it, as in SEC,
   * what they were when a text was expanded last.
   */
  asked(name: string): PerlValue {
    if (!isGiven(name)) return this.#values.get(name);
    if (this.#shadowed.has(name) || this.#description === undefined) {
      return this.#shadowed.get(name);
    }
    if (name === 's') return this.#description;
    return name === 'u' ? String(this.#time) : timeText(this.#time);
  }

  /** Begins to note changes; of what is there already nothing is saved. */
  track(): void {
    if (this.#isTracking) return;
    this.#isTracking = true;
    for (const name of this.#values.keys()) this.#changed.add(name);
  }

  /** Names that were set, or deleted, since all was saved. */
  get changed(): ReadonlySet<string> {
    return this.#changed;
  }

  /** A variable that was saved. */
  addSaved(name: string, value: PerlValue): void {
    this.#values.set(name, value);
  }

  /** All is saved now. */
  allSaved(): void {
    this.#changed.clear();
  }

  /** All variables with their values, in the order in which they were made. */
  [Symbol.iterator](): Iterator<[string, PerlValue]> {
    return this.#values[Symbol.iterator]();
  }

  get size(): number {
    return this.#values.size;
  }
}

/** Has a value that the program gives. */
function isGiven(name: string): boolean {
  return name === 's' || name === 't' || name === 'u';
}
