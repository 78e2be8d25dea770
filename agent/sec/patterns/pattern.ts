import type { LineEvent } from '../engine/line-event.ts';
import type { Match } from '../substitute/match.ts';

/** A checked pattern. */
export interface Pattern {
  /** The match variables when the line matches, undefined when it does not. */
  match(event: LineEvent): Match | undefined;
}

/** A pattern, or why there is none. */
export type PatternReading =
  | { readonly pattern: Pattern }
  | { readonly fault: string; readonly hint?: string };
