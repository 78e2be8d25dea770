import type { PerlValue } from '../perl/perl.ts';

/** The `%` variables that actions have set, and which of them are not saved as they are. */
export class Variables {
  readonly #values = new Map<string, PerlValue>();
  readonly #changed = new Set<string>();
  #isTracking = false;

  get(name: string): PerlValue {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: PerlValue): void {
    this.#values.set(name, value);
    if (this.#isTracking) this.#changed.add(name);
  }

  delete(name: string): void {
    if (this.#values.delete(name) && this.#isTracking) this.#changed.add(name);
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
