import type { Clock } from '../../platform/clock.ts';

/** Answers that are kept; then all are asked again. */
const answersMax = 10_000;

/** How long an answer is good for, also the answer that a name is unknown. */
const answerMs = 60_000;

/** Questions to the resolver at a time: each takes one of Node's four I/O threads. */
const questionsMax = 2;

/** All addresses of a name; rejects or gives none when it has none. */
export type LookUp = (name: string) => Promise<readonly string[]>;

/**
 * The addresses of host names, for NSCA's `strict_mode_spoofing`. Answers are kept
 * for a minute, and no more than two questions are asked at a time, so that a slow
 * resolver holds up the clients that need it and nobody else.
 */
export class HostAddresses {
  readonly #lookUp: LookUp;
  readonly #clock: Clock;
  readonly #answers = new Map<
    string,
    { readonly addresses: Promise<readonly string[]>; readonly untilMs: number }
  >();
  readonly #waiting: (() => void)[] = [];
  #asking = 0;

  constructor(lookUp: LookUp, clock: Clock) {
    this.#lookUp = lookUp;
    this.#clock = clock;
  }

  /** Whether an address is one of the name's; false also for names that cannot be resolved. */
  async belongs(address: string, name: string): Promise<boolean> {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#answers.get(name);
    if (known !== undefined && nowMs < known.untilMs) {
      return (await known.addresses).includes(address);
    }
    if (this.#answers.size >= answersMax) this.#answers.clear();
    const addresses = this.#ask(name);
    this.#answers.set(name, { addresses, untilMs: nowMs + answerMs });
    return (await addresses).includes(address);
  }

  async #ask(name: string): Promise<readonly string[]> {
    while (this.#asking >= questionsMax) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#asking++;
    try {
      return await this.#lookUp(name);
    } catch {
      // A name that does not resolve belongs to no address; the caller says so.
      return [];
    } finally {
      this.#asking--;
      this.#waiting.shift()?.();
    }
  }
}
