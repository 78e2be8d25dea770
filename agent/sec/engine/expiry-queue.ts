/** Something that is due at a moment; the moment may move while it waits. */
export interface Expiring {
  /** Unix time in seconds from which it is due; undefined when it never is. */
  readonly dueAt: number | undefined;
  /** Of those that are due at the same moment the one with the lowest number comes first. */
  readonly number: number;
}

interface Entry<T> {
  at: number;
  readonly item: T;
}

/**
 * Finds what is due without looking at everything else: a binary heap by time.
 * An item that was put off is found too early, and is then put back at its
 * new time, so that moving a window costs nothing; one that is gone is skipped.
 */
export class ExpiryQueue<T extends Expiring> {
  readonly #heap: Entry<T>[] = [];
  /** For each item the earliest entry that it has in the heap. */
  readonly #scheduled = new Map<T, number>();

  /** Makes sure that an item is looked at when it is due; call it again after its time came nearer. */
  schedule(item: T): void {
    const at = item.dueAt;
    if (at === undefined) return;
    const earlier = this.#scheduled.get(item);
    if (earlier !== undefined && earlier <= at) return;
    this.#scheduled.set(item, at);
    this.#push({ at, item });
  }

  /** Forgets an item. */
  remove(item: T): void {
    this.#scheduled.delete(item);
  }

  /** Takes out all items that are due, the earliest first. */
  takeDue(now: number): T[] {
    const due: T[] = [];
    for (let top = this.#heap[0]; top !== undefined && top.at <= now; top = this.#heap[0]) {
      this.#pop();
      const { at, item } = top;
      if (this.#scheduled.get(item) !== at) continue;
      this.#scheduled.delete(item);
      if (item.dueAt !== undefined && item.dueAt <= now) due.push(item);
      else this.schedule(item);
    }
    return due;
  }

  /** A moment before which nothing is due; undefined when nothing waits. It may be too early. */
  get nextDueAt(): number | undefined {
    return this.#heap[0]?.at;
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      const right = heap[childIndex + 1];
      let child = heap[childIndex];
      if (child === undefined) break;
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex++;
      }
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}

/** An order that does not depend on what went through the heap before, so that a restart keeps it. */
function isBefore(left: Entry<Expiring>, right: Entry<Expiring>): boolean {
  return left.at < right.at || (left.at === right.at && left.item.number < right.item.number);
}
