/** The only way by which time enters the program; tests give one of their own. */
export interface Clock {
  /** Unix time in milliseconds; may jump when somebody sets the system's clock. */
  nowMs(): number;
  /** Milliseconds since some moment in the past; never goes back. For durations. */
  monotonicMs(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Unix time in whole seconds, as SEC and the Nagios protocols count it. */
export function unixSeconds(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1000);
}
