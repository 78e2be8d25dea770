/** Names that are remembered at most; then all are forgotten. */
const namesMax = 10_000;

/** Lets something happen at most once in an interval for each name, such as an address. */
export class OncePer {
  readonly #intervalMs: number;
  readonly #lastMs = new Map<string, number>();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** True when it may happen now for this name. @param nowMs a monotonic time, in milliseconds */
  allows(name: string, nowMs: number): boolean {
    const last = this.#lastMs.get(name);
    if (last !== undefined && nowMs - last < this.#intervalMs) return false;
    if (this.#lastMs.size >= namesMax) this.#lastMs.clear();
    this.#lastMs.set(name, nowMs);
    return true;
  }
}
