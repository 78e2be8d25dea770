import type { Clock } from '../../platform/clock.ts';

/** The first beat comes within so many seconds, so that Nagios soon knows of a restart. */
const firstWithinS = 60;

export interface HeartbeatOptions {
  /** Between two beats, in seconds; 0: there are none. */
  readonly intervalS: number;
  /** Decides when in its interval an agent beats. */
  readonly hostName: string;
  readonly clock: Clock;
  readonly beat: () => void;
}

/** Says now and then that the agent is there. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #dueMs: number;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    const { intervalS, hostName, clock } = options;
    const splayS = splayOf(hostName, Math.min(intervalS, firstWithinS));
    this.#dueMs = clock.monotonicMs() + splayS * 1_000;
  }

  /** To be called often. */
  beatIfDue(): void {
    const { intervalS, clock, beat } = this.#options;
    const nowMs = clock.monotonicMs();
    if (intervalS === 0 || nowMs < this.#dueMs) return;
    // After a pause of the machine there is one beat, not one for each that was missed.
    const missed = Math.floor((nowMs - this.#dueMs) / (intervalS * 1_000));
    this.#dueMs += (missed + 1) * intervalS * 1_000;
    beat();
  }
}

/** A number of seconds from 0 to below `rangeS`, always the same for a name (FNV-1a). */
export function splayOf(name: string, rangeS: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return rangeS === 0 ? 0 : hash % rangeS;
}
