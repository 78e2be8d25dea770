import type { Clock } from '../../platform/clock.ts';

/**
 * Keeps a message that anybody on the network can cause from filling the log: so many
 * lines in an interval, then none until the interval is over.
 */
export class LogLimit {
  readonly #clock: Clock;
  readonly #lines: number;
  readonly #intervalMs: number;
  #untilMs = Number.NEGATIVE_INFINITY;
  #told = 0;
  #kept = 0;

  constructor(clock: Clock, limit: { readonly lines: number; readonly intervalMs: number }) {
    this.#clock = clock;
    this.#lines = limit.lines;
    this.#intervalMs = limit.intervalMs;
  }

  /** Calls `tell` if a line may be logged now, with how many were not since the last one. */
  tell(tell: (kept: number) => void): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs >= this.#untilMs) {
      this.#untilMs = nowMs + this.#intervalMs;
      this.#told = 0;
    }
    if (this.#told >= this.#lines) {
      this.#kept++;
      return;
    }
    this.#told++;
    const kept = this.#kept;
    this.#kept = 0;
    tell(kept);
  }
}
