import type { Clock } from '../../platform/clock.ts';
import type { Identity } from '../admit/identity.ts';
import { RateLimit } from '../admit/rate-limit.ts';
import type { Counters } from '../counters.ts';

/** A client is kept waiting for so long at most; then it is told to come again. */
const waitMsMax = 5_000;

/** Holds identities to their `max_rate` where each request has a connection of its own. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #limits = new Map<string, RateLimit>();

  constructor({ clock, counters }: { readonly clock: Clock; readonly counters: Counters }) {
    this.#clock = clock;
    this.#counters = counters;
  }

  /**
   * Waits until an identity may send again. Gives 0, or after how many seconds it should try
   * again when that would take too long.
   */
  async wait(identity: Identity): Promise<number> {
    const waitMs = this.#limitOf(identity)?.take(0, this.#clock.monotonicMs()) ?? 0;
    if (waitMs === 0) return 0;
    this.#counters.add('rate_limited');
    if (waitMs > waitMsMax) return Math.ceil(waitMs / 1000);
    await new Promise<void>((resolve) => {
      this.#clock.setTimer(waitMs, resolve);
    });
    return 0;
  }

  /** Counts what an identity has sent. */
  took(identity: Identity, results: number): void {
    this.#limitOf(identity)?.take(results, this.#clock.monotonicMs());
  }

  #limitOf({ name, resultsPerSecond }: Identity): RateLimit | undefined {
    if (resultsPerSecond === undefined) return undefined;
    const known = this.#limits.get(name);
    if (known !== undefined) return known;
    // Identities come from the configuration, so that there are not more than it has.
    const limit = new RateLimit(resultsPerSecond, this.#clock.monotonicMs());
    this.#limits.set(name, limit);
    return limit;
  }
}
