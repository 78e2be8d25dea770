import type { RegexCursor } from './regex-cursor.ts';

/** The flags in force at a place of a pattern. */
export interface RegexFlags {
  readonly caseless: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
  /** /xx: blanks inside bracketed classes are skipped too. */
  readonly extendedMore: boolean;
  readonly noCapture: boolean;
  /** d: bytes are ASCII and more; a: ASCII; aa: ASCII strictly; u: Unicode; l: locale. */
  readonly charset: 'd' | 'a' | 'aa' | 'u' | 'l';
}

export const noFlags: RegexFlags = {
  caseless: false,
  multiline: false,
  dotAll: false,
  extended: false,
  extendedMore: false,
  noCapture: false,
  charset: 'd',
};

type Switches = { -readonly [Key in Exclude<keyof RegexFlags, 'charset'>]?: boolean };

const switchLetters: ReadonlyMap<string, 'caseless' | 'multiline' | 'dotAll' | 'noCapture'> =
  new Map([
    ['i', 'caseless'],
    ['m', 'multiline'],
    ['s', 'dotAll'],
    ['n', 'noCapture'],
  ]);

/** Flags that Perl accepts here and that have no effect on what matches. */
const idleLetters = 'gcop';

/**
 * Reads the letters of `(?flags)` or `(?flags:`. The cursor stands on the first
 * letter and is left on the `)` or `:`. Returns the flags that hold afterwards.
 */
export function readFlags(cursor: RegexCursor, current: RegexFlags): RegexFlags {
  return new FlagReader(cursor, current).read();
}

class FlagReader {
  readonly #cursor: RegexCursor;
  /** The position of the question mark. */
  readonly #start: number;
  readonly #resets: boolean;
  readonly #base: RegexFlags;
  readonly #on: Switches = {};
  readonly #off: Switches = {};
  #negating = false;
  #extendedCount = 0;
  #charset: RegexFlags['charset'];
  /** The last letter that chose a character set, or '' when there was none. */
  #charsetLetter = '';

  constructor(cursor: RegexCursor, current: RegexFlags) {
    this.#cursor = cursor;
    this.#start = cursor.position - 1;
    this.#resets = cursor.peek() === '^';
    if (this.#resets) cursor.position += 1;
    this.#base = this.#resets ? noFlags : current;
    this.#charset = this.#base.charset;
  }

  read(): RegexFlags {
    for (; !this.#cursor.atEnd; this.#cursor.position += 1) {
      const letter = this.#cursor.peek();
      if (letter === ':' || letter === ')') return this.#result();
      const name = switchLetters.get(letter);
      if (name !== undefined) this.#target()[name] = true;
      else if (letter === 'x') this.#extended();
      else if (letter === '-' && !this.#resets && !this.#negating) this.#negate();
      else if ('laud'.includes(letter)) this.#chooseCharset(letter);
      else if (!idleLetters.includes(letter)) throw this.#notRecognized();
    }
    throw this.#cursor.errorHere('Sequence (?... not terminated');
  }

  #target(): Switches {
    return this.#negating ? this.#off : this.#on;
  }

  #negate(): void {
    this.#negating = true;
    this.#extendedCount = 0;
  }

  #extended(): void {
    const target = this.#target();
    target.extended = true;
    target.extendedMore = this.#extendedCount > 0;
    this.#extendedCount += 1;
  }

  #chooseCharset(letter: string): void {
    const seen = this.#charsetLetter;
    if (letter === 'd' && this.#resets) throw this.#notRecognized();
    if (this.#negating) {
      this.#cursor.position += 1;
      throw this.#cursor.errorHere(`Regexp modifier "${letter}" may not appear after the "-"`);
    }
    if (letter === 'a' && seen === 'a' && this.#charset === 'a') this.#charset = 'aa';
    else if (seen !== '') throw this.#excess(letter);
    else if (letter === 'l' || letter === 'u' || letter === 'a' || letter === 'd')
      this.#charset = letter;
    this.#charsetLetter = letter;
  }

  #excess(letter: string): Error {
    const seen = this.#charsetLetter;
    this.#cursor.position += 1;
    if (seen === 'a')
      return this.#cursor.errorHere('Regexp modifier "a" may appear a maximum of twice');
    if (seen === letter)
      return this.#cursor.errorHere(`Regexp modifier "${letter}" may not appear twice`);
    return this.#cursor.errorHere(
      `Regexp modifiers "${seen}" and "${letter}" are mutually exclusive`,
    );
  }

  #notRecognized(): Error {
    this.#cursor.position += 1;
    const text = this.#cursor.pattern.slice(this.#start, this.#cursor.position);
    return this.#cursor.errorHere(`Sequence (${text}...) not recognized`);
  }

  /** One x switches xx off, and so does -x; what is switched off wins. */
  #result(): RegexFlags {
    const on = this.#on;
    const off = this.#off;
    const dropsMore = on.extended === true && on.extendedMore !== true;
    const flag = (name: keyof Switches): boolean =>
      (this.#base[name] || on[name] === true) && off[name] !== true;
    return {
      caseless: flag('caseless'),
      multiline: flag('multiline'),
      dotAll: flag('dotAll'),
      extended: flag('extended'),
      extendedMore: flag('extendedMore') && !dropsMore && off.extended !== true,
      noCapture: flag('noCapture'),
      charset: this.#charset,
    };
  }
}
