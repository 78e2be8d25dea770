/** Something of which the state can be saved by itself. */
export interface Tracked {
  /** Counts those of its kind in the order in which they were made, from 1; given by its store. */
  number: number;
  /** It is among the changes that are not saved. */
  changed: boolean;
  /** It was saved under its number. */
  saved: boolean;
}

/**
 * Which items of a store are not saved as they are now. To note an item costs a look at
 * a flag, to save costs nothing for items that have not changed. Until `track()` is
 * called nothing is noted: who never saves pays nothing.
 */
export class Changes<T extends Tracked> {
  readonly #changed = new Set<T>();
  #removed: number[] = [];
  #lastNumber = 0;
  #isTracking = false;

  /** Begins to note changes; of what is there already nothing is saved but what says so. */
  track(items: Iterable<T>): void {
    if (this.#isTracking) return;
    this.#isTracking = true;
    for (const item of items) if (!item.saved) this.note(item);
  }

  /** Gives a new item its number, and notes it. */
  add(item: T): void {
    item.number = ++this.#lastNumber;
    item.changed = false;
    this.note(item);
  }

  /** An item that was read from where it was saved. */
  addSaved(item: T, number: number): void {
    item.number = number;
    item.saved = true;
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }

  /** The item is other than when it was saved. */
  note(item: T): void {
    if (item.changed || !this.#isTracking) return;
    item.changed = true;
    this.#changed.add(item);
  }

  /** The item is gone. */
  remove(item: T): void {
    if (item.saved) this.#removed.push(item.number);
    if (item.changed) this.#changed.delete(item);
    item.saved = false;
    // What happens to it from now on is nothing to note.
    item.changed = true;
  }

  /** What was saved under a number can be read no more, or is not wanted. */
  removeSaved(number: number): void {
    this.#removed.push(number);
  }

  /** True when something is to be saved. */
  get any(): boolean {
    return this.#changed.size > 0 || this.#removed.length > 0;
  }

  /** New items and those that have changed, new ones in the order of their numbers. */
  get changed(): ReadonlySet<T> {
    return this.#changed;
  }

  /** Numbers of items that were saved and are gone. */
  get removed(): readonly number[] {
    return this.#removed;
  }

  /** All of this is saved now. */
  allSaved(): void {
    for (const item of this.#changed) {
      item.changed = false;
      item.saved = true;
    }
    this.#changed.clear();
    this.#removed = [];
  }
}
