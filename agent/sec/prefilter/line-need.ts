import type { ByteString } from '../../../protocol/byte-string.ts';

/** A text that stands in a line. */
export interface Literal {
  /** In lower case when case does not count. */
  readonly text: ByteString;
  /** ASCII letters match in both cases. */
  readonly caseless: boolean;
}

/** Texts of which a line holds at least one. */
export type AnyOf = readonly Literal[];

/**
 * What a line must be so that a pattern can match it: a necessary condition, never a
 * sufficient one. What is not understood is `any line`.
 */
export type LineNeed =
  | { readonly kind: 'any line' }
  | { readonly kind: 'no line' }
  /** All of these hold; there is at least one. */
  | { readonly kind: 'literals'; readonly clauses: readonly AnyOf[] }
  /** A varmap has used this name for the line. */
  | { readonly kind: 'cache entry'; readonly name: ByteString };

export const anyLine: LineNeed = { kind: 'any line' };
export const noLine: LineNeed = { kind: 'no line' };

/** The need for a text. */
export function needOfText(text: ByteString): LineNeed {
  if (text === '') return anyLine;
  return { kind: 'literals', clauses: [[{ text, caseless: false }]] };
}
