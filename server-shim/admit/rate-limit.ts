import type { Identity } from './identity.ts';

/** How much may come at once after a quiet time, in seconds of the allowed rate. */
const burstSeconds = 5;

/**
 * Holds somebody to a number of results a second: a bucket that fills with time and
 * that each result empties by one. Nothing is refused; who sends more has to wait.
 */
export class RateLimit {
  readonly #perSecond: number;
  #level: number;
  #lastMs: number;

  /** @param nowMs a monotonic time, in milliseconds */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#level = perSecond * burstSeconds;
    this.#lastMs = nowMs;
  }

  /** Counts results that came; gives the milliseconds to wait before more are taken. */
  take(results: number, nowMs: number): number {
    const filled = this.#level + ((nowMs - this.#lastMs) / 1000) * this.#perSecond;
    this.#lastMs = nowMs;
    this.#level = Math.min(filled, this.#perSecond * burstSeconds) - results;
    return this.#level >= 0 ? 0 : Math.ceil((-this.#level / this.#perSecond) * 1000);
  }
}

/** The limit of an identity; undefined where it has none. @param nowMs a monotonic time */
export function rateOf({ resultsPerSecond }: Identity, nowMs: number): RateLimit | undefined {
  return resultsPerSecond === undefined ? undefined : new RateLimit(resultsPerSecond, nowMs);
}
