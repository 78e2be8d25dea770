/** A clock that moves only when it is told to. */
export class VirtualClock {
  readonly #start: number;
  /** Unix time in seconds. */
  now: number;

  /** @param start Unix time in seconds */
  constructor(start: number) {
    this.#start = start;
    this.now = start;
  }

  /** Seconds since the start. */
  get sinceStart(): number {
    return this.now - this.#start;
  }
}
