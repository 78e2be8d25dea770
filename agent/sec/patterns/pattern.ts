import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CurrentLine } from '../engine/current-line.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { LineNeed } from '../prefilter/line-need.ts';
import type { Fault } from '../rule-file/fault.ts';
import type { Match } from '../substitute/match.ts';

/** A checked pattern. */
export interface Pattern {
  /** How many lines it looks at. */
  readonly lines: number;
  /** What a line must be so that it can match. */
  readonly need: LineNeed;
  /** The names under which its match can be found again; without it there are none. */
  readonly cacheEntries?: readonly ByteString[];
  /** The match variables when the line matches, undefined when it does not. */
  match(line: CurrentLine, runtime: Runtime): Match | undefined;
}

/** A pattern, or why there is none. */
export type PatternReading = { readonly pattern: Pattern } | Fault;
