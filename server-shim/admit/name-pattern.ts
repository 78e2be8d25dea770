import { byteStringOf } from '../../protocol/byte-string.ts';

/** Longer texts are matched by no pattern: this bounds what a careless pattern can cost. */
const matchedBytesMax = 1_024;

/** A pattern of `hosts`, `services` or `commands`: the whole text must match. */
export interface NamePattern {
  matches(text: string): boolean;
}

export type NamePatternReading =
  | { readonly ok: true; readonly pattern: NamePattern }
  | { readonly ok: false; readonly message: string };

/** Matches nothing: what an identity may do that has no pattern. */
export const matchesNothing: NamePattern = { matches: () => false };

/**
 * Compiles a regular expression of JavaScript's, as a person wrote it. It must match the whole
 * of a text; texts are compared byte by byte, so `.` is one byte and not one letter of UTF-8.
 */
export function compileNamePattern(text: string): NamePatternReading {
  const source = byteStringOf(text);
  try {
    // By itself first: in a group a pattern like `a)|(b` would be taken for a good one.
    new RegExp(source, 's');
    const whole = new RegExp(`^(?:${source})$`, 's');
    return {
      ok: true,
      pattern: { matches: (name) => name.length <= matchedBytesMax && whole.test(name) },
    };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
