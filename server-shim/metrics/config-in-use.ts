import { type Clock, unixSeconds } from '../../platform/clock.ts';

/** What became of the configuration when it was read last. */
export interface ConfigStatus {
  /** False when it could not be used at the last reload, and an earlier one goes on. */
  readonly isCurrent: boolean;
  /** Unix time in seconds since when the one that is used is used. */
  readonly since: number;
}

/** Remembers whether the receiver goes by the configuration as it was read last. */
export class ConfigInUse {
  readonly #clock: Clock;
  #status: ConfigStatus;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#status = { isCurrent: true, since: unixSeconds(clock) };
  }

  get status(): ConfigStatus {
    return this.#status;
  }

  /** A new one was taken over. */
  taken(): void {
    this.#status = { isCurrent: true, since: unixSeconds(this.#clock) };
  }

  /** A new one could not be used. */
  kept(): void {
    this.#status = { ...this.#status, isCurrent: false };
  }
}
