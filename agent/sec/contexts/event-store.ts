import type { ByteString } from '../../../protocol/byte-string.ts';

/** An event in a context's event store. */
export interface StoredEvent {
  readonly text: ByteString;
  /** Unix time in seconds when it was added. */
  readonly time: number;
}

/** An event with its place: the numbers rise from the first event to the last, with gaps. */
export interface NumberedEvent extends StoredEvent {
  readonly number: number;
}

/** What must be written so that a saved store is as this one is. */
export interface EventStoreChanges {
  /** First all that was saved goes. */
  readonly cleared: boolean;
  readonly removed: readonly number[];
  readonly added: readonly NumberedEvent[];
}

/**
 * The events of a context. What was saved of them is known by its numbers, so that an
 * event added to a hundred thousand costs the saving of one.
 */
export class EventStore {
  #events: NumberedEvent[] = [];
  #firstNumber = 0;
  #nextNumber = 0;
  /** Events with numbers from here... */
  #savedFrom = 0;
  /** ...to before here are saved, or are among the removed ones. */
  #savedBefore = 0;
  #cleared = false;
  #removed: number[] = [];

  get all(): readonly StoredEvent[] {
    return this.#events;
  }

  get size(): number {
    return this.#events.length;
  }

  /** All texts, joined by newlines. */
  get text(): ByteString {
    return this.#events.map(({ text }) => text).join('\n');
  }

  /** Adds events at the end. */
  append(events: readonly StoredEvent[]): void {
    for (const { text, time } of events) {
      this.#events.push({ text, time, number: this.#nextNumber++ });
    }
  }

  /** Adds events at the beginning. */
  prepend(events: readonly StoredEvent[]): void {
    this.#firstNumber -= events.length;
    const first = this.#firstNumber;
    const numbered = events.map(({ text, time }, index) => ({ text, time, number: first + index }));
    this.#events = [...numbered, ...this.#events];
  }

  /** Forgets all events. */
  clear(): void {
    if (this.#savedFrom < this.#savedBefore) this.#cleared = true;
    this.#events = [];
    this.#removed = [];
    this.#firstNumber = this.#nextNumber;
    this.#savedFrom = this.#nextNumber;
    this.#savedBefore = this.#nextNumber;
  }

  takeFirst(): StoredEvent | undefined {
    return this.#taken(this.#events.shift());
  }

  takeLast(): StoredEvent | undefined {
    return this.#taken(this.#events.pop());
  }

  /** Takes out all events that are older than a time. */
  takeBefore(time: number): readonly StoredEvent[] {
    const taken = this.#events.filter((event) => event.time < time);
    if (taken.length === 0) return taken;
    this.#events = this.#events.filter((event) => event.time >= time);
    for (const event of taken) this.#taken(event);
    return taken;
  }

  /** What is other than when it was last saved. */
  get changes(): EventStoreChanges {
    const events = this.#events;
    let first = 0;
    while ((events[first]?.number ?? Infinity) < this.#savedFrom) first++;
    let last = events.length;
    while (last > first && (events[last - 1]?.number ?? 0) >= this.#savedBefore) last--;
    const added = [...events.slice(0, first), ...events.slice(last)];
    return { cleared: this.#cleared, removed: this.#removed, added };
  }

  /** All of that is saved now. */
  allSaved(): void {
    this.#cleared = false;
    this.#removed = [];
    this.#savedFrom = this.#firstNumber;
    this.#savedBefore = this.#nextNumber;
  }

  /** Takes an event that was saved; they come in the order of their numbers. */
  addSaved(event: NumberedEvent): void {
    if (this.#events.length === 0) {
      this.#firstNumber = event.number;
      this.#savedFrom = event.number;
    }
    this.#events.push(event);
    this.#nextNumber = event.number + 1;
    this.#savedBefore = event.number + 1;
  }

  #taken(event: NumberedEvent | undefined): StoredEvent | undefined {
    if (event === undefined) return undefined;
    const wasSaved = this.#savedFrom <= event.number && event.number < this.#savedBefore;
    if (wasSaved) this.#removed.push(event.number);
    return event;
  }
}
