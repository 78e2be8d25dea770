/** The same for all that have no events; it is never changed. */
const noRuns: number[] = [];

/**
 * When the events came that an operation counts, in whole seconds of Unix time, in the order in which they
 * came. Events of the same second take the room of one: bursts are what thresholds are for.
 */
export class EventTimes {
  /** A time and how many events it had, the next time … */
  #runs: number[] = noRuns;
  #count = 0;

  constructor(times: readonly number[] = []) {
    for (const time of times) this.add(time);
  }

  /** How many events there are. */
  get count(): number {
    return this.#count;
  }

  /** The time of the first event; undefined when there is none. */
  get first(): number | undefined {
    return this.#runs[0];
  }

  /** The time of each event. */
  get all(): number[] {
    const times: number[] = [];
    for (let at = 0; at < this.#runs.length; at += 2) {
      const [time = 0, count = 0] = this.#runs.slice(at, at + 2);
      for (let each = 0; each < count; each++) times.push(time);
    }
    return times;
  }

  /** Adds an event behind the others. */
  add(time: number): void {
    const runs = this.#runs;
    const last = runs.length - 2;
    this.#count++;
    if (last >= 0 && runs[last] === time) runs[last + 1] = (runs[last + 1] ?? 0) + 1;
    // A list of two takes no room for more: most have a single burst.
    else if (last < 0) this.#runs = [time, 1];
    else runs.push(time, 1);
  }

  /** Forgets the first event. */
  dropFirst(): void {
    const [time, count = 0] = this.#runs;
    if (time === undefined) return;
    this.#count--;
    if (count === 1) this.#runs = this.#runs.slice(2);
    else this.#runs[1] = count - 1;
  }

  /** Forgets the events before a time, wherever they stand: the clock may have gone back a little. */
  dropBefore(start: number): void {
    const kept: number[] = [];
    this.#count = 0;
    for (let at = 0; at < this.#runs.length; at += 2) {
      const [time = 0, count = 0] = this.#runs.slice(at, at + 2);
      if (time < start) continue;
      kept.push(time, count);
      this.#count += count;
    }
    this.#runs = kept;
  }

  /** Forgets all events. */
  clear(): void {
    this.#runs = noRuns;
    this.#count = 0;
  }

  /** Moves all times by so many seconds. */
  shift(seconds: number): void {
    this.#runs = this.#runs.map((value, index) => (index % 2 === 0 ? value + seconds : value));
  }
}
