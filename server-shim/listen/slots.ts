/**
 * Things that come and go all the time. A Map or Set is wrong for them: when V8 gives it a new table the old one keeps a
 * reference to the new one, and so one old table that has survived long enough keeps what was in all later ones from the
 * quick garbage collections. With 20,000 connections a second that were megabytes each time, and a tenth of the processor.
 */
export class Slots<Item> implements Iterable<Item> {
  readonly #items: (Item | undefined)[] = [];
  readonly #free: number[] = [];

  /** How many there are. */
  get size(): number {
    return this.#items.length - this.#free.length;
  }

  /** Puts something in; gives the slot that it has. */
  add(item: Item): number {
    const slot = this.#free.pop() ?? this.#items.length;
    this.#items[slot] = item;
    return slot;
  }

  /** Takes out what has this slot, once. */
  remove(slot: number): void {
    this.#items[slot] = undefined;
    this.#free.push(slot);
  }

  /** What there is now. It may be taken out meanwhile. */
  *[Symbol.iterator](): Generator<Item, void> {
    for (const item of this.#items) if (item !== undefined) yield item;
  }
}
