import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CurrentLine } from '../engine/current-line.ts';
import type { Runtime } from '../engine/runtime.ts';
import { anyLine, type LineNeed } from '../prefilter/line-need.ts';
import { type Match, matchWithoutVariables } from '../substitute/match.ts';
import type { Pattern } from './pattern.ts';

/** `ptype=Cached`: an earlier varmap has named a set of variables for this line; they become the match. */
export class CachedPattern implements Pattern {
  readonly lines = 1;
  readonly need: LineNeed;
  readonly #entry: ByteString;

  constructor(entry: ByteString) {
    this.need = { kind: 'cache entry', name: entry };
    this.#entry = entry;
  }

  match(_line: CurrentLine, runtime: Runtime): Match | undefined {
    return runtime.matchCache.get(this.#entry);
  }
}

/** `ptype=NCached`: no varmap has used that name for this line. */
export class NegatedCachedPattern implements Pattern {
  readonly lines = 1;
  readonly need = anyLine;
  readonly #entry: ByteString;

  constructor(entry: ByteString) {
    this.#entry = entry;
  }

  match(_line: CurrentLine, runtime: Runtime): Match | undefined {
    return runtime.matchCache.has(this.#entry) ? undefined : matchWithoutVariables;
  }
}
