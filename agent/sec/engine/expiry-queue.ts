/** Something that is due at a moment; the moment may move while it waits. */
export interface Expiring {
  /** Unix time in seconds from which it is due; undefined when it never is. */
  readonly dueAt: number | undefined;
  /** Of those that are due at the same moment the one with the lowest number comes first. */
  readonly number: number;
  /** The earliest place that it has in the queue; the queue's own. */
  scheduledAt: number | undefined;
}

/**
 * Finds what is due without looking at everything else: a binary heap by time.
 * An item that was put off is found too early, and is then put back at its
 * new time, so that moving a window costs nothing; one that is gone is skipped.
 * Times and items lie in two lists: there may be very many.
 */
export class ExpiryQueue<T extends Expiring> {
  readonly #times: number[] = [];
  readonly #items: T[] = [];

  /** Makes sure that an item is looked at when it is due; call it again after its time came nearer. */
  schedule(item: T): void {
    const at = item.dueAt;
    if (at === undefined) return;
    if (item.scheduledAt !== undefined && item.scheduledAt <= at) return;
    item.scheduledAt = at;
    this.#push(at, item);
  }

  /** Forgets an item. */
  remove(item: T): void {
    item.scheduledAt = undefined;
  }

  /** Takes out all items that are due, the earliest first. */
  takeDue(now: number): T[] {
    const due: T[] = [];
    for (;;) {
      const at = this.#times[0];
      const item = this.#items[0];
      if (at === undefined || item === undefined || at > now) return due;
      this.#pop();
      if (item.scheduledAt !== at) continue;
      item.scheduledAt = undefined;
      if (item.dueAt !== undefined && item.dueAt <= now) due.push(item);
      else this.schedule(item);
    }
  }

  /** A moment before which nothing is due; undefined when nothing waits. It may be too early. */
  get nextDueAt(): number | undefined {
    return this.#times[0];
  }

  #push(at: number, item: T): void {
    let index = this.#times.length;
    this.#times.push(at);
    this.#items.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(at, item, parent)) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#times[index] = at;
    this.#items[index] = item;
  }

  #pop(): void {
    const at = this.#times.pop();
    const item = this.#items.pop();
    const { length } = this.#times;
    if (at === undefined || item === undefined || length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#areInOrder(child + 1, child)) child++;
      if (this.#isBefore(at, item, child)) break;
      this.#move(child, index);
      index = child;
    }
    this.#times[index] = at;
    this.#items[index] = item;
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number;
    this.#items[to] = this.#items[from] as T;
  }

  #areInOrder(left: number, right: number): boolean {
    return this.#isBefore(this.#times[left] as number, this.#items[left] as T, right);
  }

  /** An order that does not depend on what went through the heap before, so that a restart keeps it. */
  #isBefore(at: number, item: T, other: number): boolean {
    const otherAt = this.#times[other] as number;
    return at < otherAt || (at === otherAt && item.number < (this.#items[other] as T).number);
  }
}
