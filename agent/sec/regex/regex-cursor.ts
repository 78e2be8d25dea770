import type { ByteString } from '../../../protocol/byte-string.ts';
import { errorAt, errorOf, type RegexSyntaxError } from './regex-syntax-error.ts';

/** White space that /x skips. */
const ignoredSpace = '\t\n\v\f\r \x85';
const int32Max = 0x7fff_ffff;

export function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

export function isBlank(char: string): boolean {
  return char === ' ' || char === '\t';
}

export function isLetter(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z');
}

export function isWordChar(char: string): boolean {
  return isLetter(char) || isDigit(char) || char === '_';
}

/** A `{...}` quantifier as written. */
export interface Braces {
  readonly min: Digits | undefined;
  readonly max: Digits | undefined;
  /** The position of the closing brace. */
  readonly end: number;
}

/** Digits and where they end, as messages want it. */
export interface Digits {
  readonly text: string;
  readonly end: number;
}

/** A place in a pattern that moves forward, with what the parsers need to look around. */
export class RegexCursor {
  readonly pattern: ByteString;
  position = 0;

  constructor(pattern: ByteString) {
    this.pattern = pattern;
  }

  get atEnd(): boolean {
    return this.position >= this.pattern.length;
  }

  /** The character at a distance from here; '' beyond the end. */
  peek(distance = 0): string {
    return this.pattern[this.position + distance] ?? '';
  }

  startsWith(text: string): boolean {
    return this.pattern.startsWith(text, this.position);
  }

  /** Steps over one character, and over comments and, with `extended`, white space after it. */
  next(extended: boolean): void {
    if (this.atEnd) return;
    this.position += 1;
    this.skipIgnored(extended);
  }

  /** Steps over `(?#...)` and, with `extended`, over white space and # comments. */
  skipIgnored(extended: boolean): void {
    for (;;) {
      if (this.startsWith('(?#')) {
        const close = this.pattern.indexOf(')', this.position);
        if (close < 0) throw this.errorOf('Sequence (?#... not terminated');
        this.position = close + 1;
      } else if (extended && !this.atEnd && ignoredSpace.includes(this.peek())) {
        this.position += 1;
      } else if (extended && this.peek() === '#') {
        const newline = this.pattern.indexOf('\n', this.position);
        this.position = newline < 0 ? this.pattern.length : newline + 1;
      } else {
        return;
      }
    }
  }

  skipBlanks(): void {
    while (isBlank(this.peek())) this.position += 1;
  }

  /** The `{...}` at `start` if it is a quantifier in form: {n} {n,} {,n} {n,m}, blanks allowed. */
  bracesAt(start: number): Braces | undefined {
    if (this.pattern[start] !== '{') return undefined;
    const form = /\{[ \t]*(\d*)[ \t]*(?:(,)[ \t]*(\d*))?[ \t]*\}/dy;
    form.lastIndex = start;
    const found = form.exec(this.pattern);
    const minSpan = found?.indices?.[1];
    if (found === null || minSpan === undefined) return undefined;
    const maxSpan = found.indices?.[3];
    const min = found[1] ? { text: found[1], end: minSpan[1] } : undefined;
    const max = found[3] && maxSpan ? { text: found[3], end: maxSpan[1] } : undefined;
    if (min === undefined && max === undefined) return undefined;
    const end = form.lastIndex - 1;
    return { min, max: found[2] === undefined ? min : max, end };
  }

  /** Whether a quantifier begins here. */
  atQuantifier(): boolean {
    const char = this.peek();
    if (char === '*' || char === '+' || char === '?') return true;
    return char === '{' && this.bracesAt(this.position) !== undefined;
  }

  /**
   * The decimal number at `start`. Infinity when it is too large for Perl or has
   * a leading zero or no digits at all, which Perl treats alike.
   */
  numberAt(start: number): number {
    let end = start;
    while (isDigit(this.pattern[end] ?? '')) end += 1;
    const digits = this.pattern.slice(start, end);
    if (digits === '' || (digits.length > 1 && digits.startsWith('0'))) return Infinity;
    const value = Number(digits);
    return value >= int32Max ? Infinity : value;
  }

  skipDigits(): void {
    while (isDigit(this.peek())) this.position += 1;
  }

  /** Reads a group name; nothing at the end of the pattern. */
  groupName(): string {
    const start = this.position;
    if (this.atEnd) return '';
    if (!isWordChar(this.peek()) || isDigit(this.peek())) {
      this.position += 1;
      throw this.errorHere('Group name must start with a non-digit word character');
    }
    while (isWordChar(this.peek())) this.position += 1;
    return this.pattern.slice(start, this.position);
  }

  /** An error that marks this place. */
  errorHere(text: string): RegexSyntaxError {
    return errorAt(text, this.pattern, Math.min(this.position, this.pattern.length));
  }

  /** An error of the whole pattern. */
  errorOf(text: string): RegexSyntaxError {
    return errorOf(text, this.pattern);
  }
}
