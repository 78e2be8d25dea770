import type { ByteString } from '../../../protocol/byte-string.ts';

/** An event made by a rule and not read from an input. */
export interface SyntheticEvent {
  readonly text: ByteString;
  /** The internal context that exists while it is handled. */
  readonly internalContext: ByteString;
}

/** The internal context of synthetic events that ask for none. */
export const internalEventContext: ByteString = '_INTERNAL_EVENT';

/** An event that waits for its time: Unix time in seconds. */
export interface DelayedEvent {
  readonly at: number;
  readonly event: SyntheticEvent;
}

/** Synthetic events: those that wait for their turn, and those that wait for their time. */
export class EventQueue {
  #ready: SyntheticEvent[] = [];
  #head = 0;
  #delayed: DelayedEvent[] = [];

  /** Puts an event behind those that wait for their turn. */
  push(event: SyntheticEvent): void {
    this.#ready.push(event);
  }

  /** Keeps an event until `at`, Unix time in seconds. */
  delay(at: number, event: SyntheticEvent): void {
    this.#delayed.push({ at, event });
  }

  /** The next event, or undefined when none waits for its turn. */
  take(): SyntheticEvent | undefined {
    const event = this.#ready[this.#head];
    if (event === undefined) return undefined;
    this.#head++;
    if (this.#head === this.#ready.length) {
      this.#ready = [];
      this.#head = 0;
    }
    return event;
  }

  /** True when an event waits for its turn. */
  get hasReady(): boolean {
    return this.#head < this.#ready.length;
  }

  /** Lets all events go on whose time has come, in the order in which they were made. */
  releaseDue(now: number): void {
    if (this.#delayed.length === 0) return;
    const still: DelayedEvent[] = [];
    for (const delayed of this.#delayed) {
      if (delayed.at <= now) this.push(delayed.event);
      else still.push(delayed);
    }
    this.#delayed = still;
  }

  /** The next moment at which an event is due. */
  get nextDueAt(): number | undefined {
    return this.#delayed.reduce<number | undefined>(
      (least, { at }) => (least === undefined || at < least ? at : least),
      undefined,
    );
  }

  /** Events that wait for their time, for a dump. */
  get delayed(): readonly DelayedEvent[] {
    return this.#delayed;
  }

  /** Goes on where another queue was. */
  takeOver(before: EventQueue): void {
    this.takeOverReady(before);
    this.#delayed = before.#delayed;
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
}
