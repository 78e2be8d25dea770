import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';

/** Things to choose from, each with its weight. */
export type Weighted<T> = readonly (readonly [T, number])[];

/** Chance that can be replayed: the same seed gives the same numbers. */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  /** @param seed a whole number; a test prints it, so that a failure can be run again */
  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** A number from 0 to below 1 (the generator mulberry32, which is in the public domain). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below a limit. It may be taken out of the object. */
  readonly below = (limit: number): number => Math.floor(this.fraction() * limit);

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of several. */
  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('nothing to pick from');
    return chosen;
  }

  /** One of several, the more often the more it weighs. */
  weighted<T>(choices: Weighted<T>): T {
    let rest = this.fraction() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of choices) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return this.pick(choices)[0];
  }
}

/** A generator whose seed is printed when the test fails; `SEED=n` replays it. */
export function seededRandom(test: TestContext): SeededRandom {
  const given = process.env['SEED'];
  const random = new SeededRandom(given === undefined ? randomInt(2 ** 32) : Number(given));
  test.diagnostic(`SEED=${random.seed}`);
  return random;
}

/** The seed of this run: `SEED=n` in the environment, or a new one. */
export function seedOfRun(): number {
  return Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
}

/** How many rounds a random test makes: `ROUNDS=n` in the environment, or a slice. */
export function roundsOfRun(slice: number): number {
  return Number(process.env['ROUNDS'] ?? slice);
}

/** A text of bytes with some of them damaged, left out, or replaced by pieces that mean something. */
export function damagedText(text: string, pieces: readonly string[], random: SeededRandom): string {
  let bytes = text;
  for (let change = random.below(6); change >= 0; change--) {
    const at = random.below(bytes.length + 1);
    const piece = random.chance(0.2)
      ? String.fromCharCode(random.below(256))
      : random.pick(pieces).repeat(1 + random.below(2));
    const removed = random.chance(0.4) ? random.below(20) : 0;
    bytes = bytes.slice(0, at) + piece + bytes.slice(at + removed);
  }
  return bytes;
}
