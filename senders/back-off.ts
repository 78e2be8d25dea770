/** The shortest and the longest pause between two attempts, in milliseconds. */
const minPauseMs = 1_000;
const maxPauseMs = 60_000;

/**
 * The pause after a number of failures in a row: it doubles from one second to a
 * minute, and is spread over its upper half so that a thousand agents do not
 * come back in the same instant.
 *
 * @param random from 0 to below 1
 */
export function pauseAfterFailures(failures: number, random: number): number {
  const full = Math.min(maxPauseMs, minPauseMs * 2 ** Math.min(failures - 1, 16));
  return Math.round(full * (0.5 + random / 2));
}
