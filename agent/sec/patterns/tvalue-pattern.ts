import { anyLine, type LineNeed, noLine } from '../prefilter/line-need.ts';
import { type Match, matchWithoutVariables } from '../substitute/match.ts';
import type { Pattern } from './pattern.ts';

/** `ptype=TValue`: every line, or none. */
export class TvaluePattern implements Pattern {
  readonly lines = 1;
  readonly need: LineNeed;
  readonly #value: boolean;

  constructor(value: boolean) {
    this.need = value ? anyLine : noLine;
    this.#value = value;
  }

  match(): Match | undefined {
    return this.#value ? matchWithoutVariables : undefined;
  }
}
