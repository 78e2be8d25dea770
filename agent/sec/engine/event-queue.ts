import type { ByteString } from '../../../protocol/byte-string.ts';

/** An event made by a rule and not read from an input. */
export interface SyntheticEvent {
  readonly text: ByteString;
  /** The internal context that exists while it is handled. */
  readonly internalContext: ByteString;
}

/** The internal context of synthetic events that ask for none. */
export const internalEventContext: ByteString = '_INTERNAL_EVENT';

/** Events that were taken and still are in the list. */
const takenMax = 100_000;

/** An event that waits for its time: Unix time in seconds. */
export interface DelayedEvent {
  readonly at: number;
  readonly event: SyntheticEvent;
  /** Counts them in the order in which they were made. */
  readonly number: number;
}

/** An event that waits for its turn, with its place among all that ever did. */
export interface ReadyEvent {
  readonly number: number;
  readonly event: SyntheticEvent;
}

/** What must be written so that a saved queue is as this one is. */
export interface EventQueueChanges {
  readonly addedReady: readonly ReadyEvent[];
  readonly removedReady: readonly number[];
  readonly addedDelayed: readonly DelayedEvent[];
  readonly removedDelayed: readonly number[];
}

/**
 * Synthetic events: those that wait for their turn, and those that wait for their time.
 * Both are numbered, so that what was saved is known without a list of it.
 */
export class EventQueue {
  #ready: SyntheticEvent[] = [];
  #head = 0;
  /** The number of `#ready[0]`. */
  #readyBase = 1;
  /** Ready events with numbers from here to before there are saved. */
  #readySavedFrom = 1;
  #readySavedBefore = 1;
  #delayed: DelayedEvent[] = [];
  #nextDelayed = 1;
  /** Delayed events with numbers below this one are saved, or are among the removed ones. */
  #delayedSavedBefore = 1;
  #removedDelayed: number[] = [];
  /** The times of all delayed events are other than when they were saved. */
  #delayedShifted = false;

  /** Puts an event behind those that wait for their turn. */
  push(event: SyntheticEvent): void {
    this.#ready.push(event);
  }

  /** Keeps an event until `at`, Unix time in seconds. */
  delay(at: number, event: SyntheticEvent): void {
    this.#delayed.push({ at, event, number: this.#nextDelayed++ });
  }

  /** The next event, or undefined when none waits for its turn. */
  take(): SyntheticEvent | undefined {
    const event = this.#ready[this.#head];
    if (event === undefined) return undefined;
    this.#head++;
    // When more come all the time it is never empty: then what was taken goes now and then.
    if (this.#head === this.#ready.length || this.#head >= takenMax) {
      this.#readyBase += this.#head;
      this.#ready = this.#ready.slice(this.#head);
      this.#head = 0;
    }
    return event;
  }

  /** True when an event waits for its turn. */
  get hasReady(): boolean {
    return this.#head < this.#ready.length;
  }

  /**
   * Lets all events go on whose time has come, in the order in which they were made.
   * @param tell is told of each
   */
  releaseDue(now: number, tell?: (event: SyntheticEvent) => void): void {
    if (!this.#delayed.some(({ at }) => at <= now)) return;
    const still: DelayedEvent[] = [];
    for (const delayed of this.#delayed) {
      if (delayed.at > now) {
        still.push(delayed);
        continue;
      }
      tell?.(delayed.event);
      this.push(delayed.event);
      if (delayed.number < this.#delayedSavedBefore) this.#removedDelayed.push(delayed.number);
    }
    this.#delayed = still;
  }

  /** The same after a restart: those whose time came earlier go first. */
  releaseDueInOrder(now: number, tell?: (event: SyntheticEvent) => void): void {
    this.#delayed.sort((left, right) => left.at - right.at || left.number - right.number);
    this.releaseDue(now, tell);
    this.#delayed.sort((left, right) => left.number - right.number);
  }

  /** The next moment at which an event is due. */
  get nextDueAt(): number | undefined {
    return this.#delayed.reduce<number | undefined>(
      (least, { at }) => (least === undefined || at < least ? at : least),
      undefined,
    );
  }

  /** How many wait for their turn, or for their time. */
  get size(): number {
    return this.readyCount + this.#delayed.length;
  }

  /** How many wait for their turn. */
  get readyCount(): number {
    return this.#ready.length - this.#head;
  }

  /** Events that wait for their turn. */
  get ready(): readonly SyntheticEvent[] {
    return this.#ready.slice(this.#head);
  }

  /** Events that wait for their time, for a dump. */
  get delayed(): readonly DelayedEvent[] {
    return this.#delayed;
  }

  /** The clock was set: all times move by so many seconds. */
  shift(seconds: number): void {
    this.#delayed = this.#delayed.map((delayed) => ({ ...delayed, at: delayed.at + seconds }));
    this.#delayedShifted = true;
  }

  /** Goes on with the events of another queue that waited for their turn only. */
  takeOverReady(before: EventQueue): void {
    this.#ready = before.#ready.slice(before.#head);
    this.#head = 0;
  }

  /** Forgets everything. */
  clear(): void {
    this.#ready = [];
    this.#head = 0;
    this.#delayed = [];
  }

  /** True when something is other than when it was last saved. */
  get hasChanges(): boolean {
    return (
      this.#readySavedFrom < Math.min(this.#readyFirst, this.#readySavedBefore) ||
      this.#readySavedBefore < this.#readyEnd ||
      this.#delayedSavedBefore < this.#nextDelayed ||
      this.#removedDelayed.length > 0 ||
      this.#delayedShifted
    );
  }

  /** What is other than when it was last saved. Costs nothing for events that were saved. */
  get changes(): EventQueueChanges {
    const removedReady: number[] = [];
    const removedBefore = Math.min(this.#readyFirst, this.#readySavedBefore);
    for (let number = this.#readySavedFrom; number < removedBefore; number++) {
      removedReady.push(number);
    }
    const firstNew = Math.max(this.#readySavedBefore, this.#readyFirst);
    const addedReady = this.#ready
      .slice(firstNew - this.#readyBase)
      .map((event, index) => ({ number: firstNew + index, event }));
    let index = this.#delayedShifted ? 0 : this.#delayed.length;
    while ((this.#delayed[index - 1]?.number ?? 0) >= this.#delayedSavedBefore) index--;
    const addedDelayed = this.#delayed.slice(index);
    return { addedReady, removedReady, addedDelayed, removedDelayed: this.#removedDelayed };
  }

  /** All of that is saved now. */
  allSaved(): void {
    this.#readySavedFrom = this.#readyFirst;
    this.#readySavedBefore = this.#readyEnd;
    this.#delayedSavedBefore = this.#nextDelayed;
    this.#delayedShifted = false;
    this.#removedDelayed = [];
  }

  /** Takes the events that were saved ready, in the order of their numbers. They get new ones. */
  addSavedReady(events: readonly ReadyEvent[]): void {
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) return;
    this.#ready = events.map(({ event }) => event);
    this.#readyBase = last.number + 1;
    this.#readySavedFrom = first.number;
    this.#readySavedBefore = last.number + 1;
  }

  /** Takes an event that was saved with its time; they come in the order of their numbers. */
  addSavedDelayed(delayed: DelayedEvent): void {
    this.#delayed.push(delayed);
    this.#nextDelayed = delayed.number + 1;
    this.#delayedSavedBefore = this.#nextDelayed;
  }

  /** The number of the first that waits for its turn. */
  get #readyFirst(): number {
    return this.#readyBase + this.#head;
  }

  /** The number behind the last that waits for its turn. */
  get #readyEnd(): number {
    return this.#readyBase + this.#ready.length;
  }
}
