import { type Match, matchWithoutVariables } from '../substitute/match.ts';
import type { Pattern } from './pattern.ts';

/** `ptype=TValue`: every line, or none. */
export class TvaluePattern implements Pattern {
  readonly lines = 1;
  readonly #value: boolean;

  constructor(value: boolean) {
    this.#value = value;
  }

  match(): Match | undefined {
    return this.#value ? matchWithoutVariables : undefined;
  }
}
