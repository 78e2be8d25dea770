import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';

/** Numbers that look random and come again for the same seed. */
export interface SeededRandom {
  readonly seed: number;
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
}

/** A generator (mulberry32) whose seed is printed when the test fails; `SEED=n` replays it. */
export function seededRandom(test: TestContext): SeededRandom {
  const given = process.env['SEED'];
  const seed = given === undefined ? randomInt(2 ** 32) : Number(given);
  test.diagnostic(`SEED=${seed}`);
  return { seed, below: generator(seed) };
}

/** The numbers of one seed. */
export function generator(seed: number): (end: number) => number {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
}
