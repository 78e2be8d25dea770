/**
 * What Perl says when it does not compile a pattern. The message is Perl's,
 * without the " at FILE line N." that it appends.
 */
export class RegexSyntaxError extends Error {
  /** Where in the pattern, in bytes from its start. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'RegexSyntaxError';
    this.offset = offset;
  }
}

/** Perl shortens patterns longer than this in messages that name no place, in bytes. */
const patternShownMax = 127;
const ellipsis = '...';
/** What Perl keeps of a pattern that it shortens: it leaves room for more than the dots. */
const shortenedTo = patternShownMax - 10;

/** An error with a mark in the pattern, before the byte at `offset`. */
export function errorAt(text: string, pattern: string, offset: number): RegexSyntaxError {
  const before = pattern.slice(0, offset);
  const after = pattern.slice(offset);
  const message = `${text} in regex; marked by <-- HERE in m/${before} <-- HERE ${after}/`;
  return new RegexSyntaxError(message, offset);
}

/** An error of the whole pattern. */
export function errorOf(text: string, pattern: string): RegexSyntaxError {
  const shown =
    pattern.length > patternShownMax ? pattern.slice(0, shortenedTo) + ellipsis : pattern;
  return new RegexSyntaxError(`${text} in regex m/${shown}/`, pattern.length);
}

/** A pattern that only Perl can read: `(?[...])` has a grammar of its own. */
export class UnreadableRegex extends Error {
  /** What in the pattern it is. */
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = 'UnreadableRegex';
    this.reason = reason;
  }
}
