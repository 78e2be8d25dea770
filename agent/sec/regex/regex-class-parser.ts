import { escapeClasses, posixClass } from './byte-classes.ts';
import { ByteSet } from './byte-set.ts';
import { isBlank, isLetter, isWordChar, type RegexCursor } from './regex-cursor.ts';
import { firstWideCode, readCharacterEscape, readNamedCharacter } from './regex-escapes.ts';
import type { RegexFlags } from './regex-flags.ts';

/** A bracketed class: its bytes, and why they depend on Unicode rules if they do. */
export interface BracketedClass {
  readonly bytes: ByteSet;
  readonly beyond: string | undefined;
}

/** One element: a single character, a class, or something of Unicode. */
type ClassElement =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'class'; readonly bytes: ByteSet }
  | { readonly kind: 'unicode'; readonly reason: string };

/** Reads `[...]`. The cursor stands on the opening bracket and is left on the closing one. */
export function readBracketedClass(cursor: RegexCursor, flags: RegexFlags): BracketedClass {
  return new ClassReader(cursor, flags).read();
}

class ClassReader {
  readonly #cursor: RegexCursor;
  readonly #flags: RegexFlags;
  #characters = ByteSet.none;
  #classes = ByteSet.none;
  #beyond: string | undefined;
  /** The first character of a range whose end is still to come. */
  #rangeStart: number | undefined;
  #rangePosition = 0;

  constructor(cursor: RegexCursor, flags: RegexFlags) {
    this.#cursor = cursor;
    this.#flags = flags;
  }

  read(): BracketedClass {
    const cursor = this.#cursor;
    cursor.position += 1;
    const start = cursor.position;
    this.#skipBlanks();
    const inverted = cursor.peek() === '^';
    if (inverted) {
      cursor.position += 1;
      this.#skipBlanks();
    }
    for (let first = true; ; first = false) {
      this.#skipBlanks();
      if (cursor.atEnd) {
        cursor.position = start;
        throw cursor.errorHere('Unmatched [');
      }
      if (cursor.peek() === ']' && !first) break;
      this.#readElement();
    }
    const folded = this.#flags.caseless ? this.#characters.withBothCases() : this.#characters;
    const bytes = folded.union(this.#classes);
    return { bytes: inverted ? bytes.complement() : bytes, beyond: this.#beyond };
  }

  /** With /xx blanks in a class mean nothing. */
  #skipBlanks(): void {
    if (this.#flags.extendedMore) this.#cursor.skipBlanks();
  }

  #readElement(): void {
    const cursor = this.#cursor;
    if (this.#rangeStart === undefined) this.#rangePosition = cursor.position;
    const element = this.#element();
    if (element.kind === 'unicode') this.#beyond ??= element.reason;
    if (element.kind === 'character' && element.code >= firstWideCode)
      this.#beyond ??= 'a character above 255';
    if (element.kind === 'character') this.#addCharacter(element.code);
    else this.#addClass(element.kind === 'class' ? element.bytes : ByteSet.none);
  }

  #addClass(bytes: ByteSet): void {
    // What looked like a range up to a class is its first character and a minus.
    if (this.#rangeStart !== undefined) this.#add(this.#rangeStart, this.#rangeStart, '-');
    this.#rangeStart = undefined;
    this.#classes = this.#classes.union(bytes);
    this.#skipBlanks();
    if (this.#stepOverRangeMinus()) this.#characters = this.#characters.union(ByteSet.ofText('-'));
  }

  #addCharacter(code: number): void {
    this.#skipBlanks();
    const first = this.#rangeStart;
    if (first !== undefined) {
      if (first > code) {
        const text = this.#cursor.pattern.slice(this.#rangePosition, this.#cursor.position);
        throw this.#cursor.errorHere(`Invalid [] range "${text}"`);
      }
      this.#rangeStart = undefined;
      this.#add(first, code);
    } else if (this.#stepOverRangeMinus()) {
      this.#rangeStart = code;
    } else {
      this.#add(code, code);
    }
  }

  /** Steps over a minus that has something before and behind it in the class. */
  #stepOverRangeMinus(): boolean {
    const cursor = this.#cursor;
    if (cursor.peek() !== '-') return false;
    const minus = cursor.position;
    cursor.position += 1;
    this.#skipBlanks();
    if (!cursor.atEnd && cursor.peek() !== ']') return true;
    cursor.position = minus;
    return false;
  }

  #add(first: number, last: number, also = ''): void {
    const highest = Math.min(last, firstWideCode - 1);
    const range = first <= highest ? ByteSet.range(first, highest) : ByteSet.none;
    this.#characters = this.#characters.union(range).union(ByteSet.ofText(also));
  }

  #element(): ClassElement {
    const cursor = this.#cursor;
    const char = cursor.peek();
    if (char === '[') {
      const bytes = readPosixClass(cursor, this.#flags.caseless);
      if (bytes !== undefined) return { kind: 'class', bytes };
    }
    cursor.position += 1;
    if (char !== '\\') return { kind: 'character', code: char.charCodeAt(0) };
    if (cursor.atEnd) throw cursor.errorHere('Unmatched [');
    return this.#escape();
  }

  #escape(): ClassElement {
    const cursor = this.#cursor;
    const letter = cursor.peek();
    const bytes = escapeClasses.get(letter);
    if (bytes !== undefined) {
      cursor.position += 1;
      return { kind: 'class', bytes };
    }
    if (letter === 'p' || letter === 'P') {
      readProperty(cursor);
      return { kind: 'unicode', reason: 'a Unicode property' };
    }
    if (letter === 'N') return this.#named();
    if (letter === 'b') {
      cursor.position += 1;
      return { kind: 'character', code: 8 };
    }
    const code = readCharacterEscape(cursor);
    if (code !== undefined) return { kind: 'character', code };
    cursor.position += 1;
    return { kind: 'character', code: letter.charCodeAt(0) };
  }

  #named(): ClassElement {
    const cursor = this.#cursor;
    cursor.position += 1;
    const named = readNamedCharacter(cursor, this.#flags.extended);
    if (named.kind === 'not-newline')
      throw cursor.errorHere('\\N in a character class must be a named character: \\N{...}');
    return { kind: 'unicode', reason: 'a named character' };
  }
}

/** A name of this many characters is no longer taken for a POSIX class. */
const posixNameMax = 15;
const posixNameMin = 3;
/** So much punctuation may stand in what Perl still takes for a name. */
const punctuationMax = 2;
const punctuation = /[!-/:-@[-`{-~]/;

/**
 * `[:name:]` or `[:^name:]` with the cursor on its bracket. Anything that is not
 * exactly of this form is a bracket and ordinary characters: nothing is returned
 * and the cursor stays. Two quirks are Perl's: `;` closes a name as `:` does,
 * and `[.x.]` and `[=x=]` are errors.
 */
function readPosixClass(cursor: RegexCursor, caseless: boolean): ByteSet | undefined {
  checkReserved(cursor);
  const { pattern } = cursor;
  const start = cursor.position;
  if (pattern[start + 1] !== ':') return undefined;
  const negated = pattern[start + 2] === '^';
  const nameStart = start + (negated ? 3 : 2);
  const end = posixNameEnd(pattern, nameStart);
  if (end === undefined || end - nameStart < posixNameMin) return undefined;
  const name = pattern.slice(nameStart, end);
  const bytes = posixClass(name, caseless);
  cursor.position = end + 2;
  if (bytes === undefined)
    throw cursor.errorHere(`POSIX class [:${negated ? '^' : ''}${name}:] unknown`);
  return negated ? bytes.complement() : bytes;
}

/** Where the name ends that `:]` or `;]` follows, or nothing when there is no such name. */
function posixNameEnd(pattern: string, start: number): number | undefined {
  if (pattern[start] === ']') return undefined;
  let count = 0;
  let sawCloser = false;
  for (let at = start; at < pattern.length; at += 1) {
    const char = pattern[at] ?? '';
    if (isBlank(char) || (char >= 'A' && char <= 'Z')) return undefined;
    if (punctuation.test(char)) {
      if (char !== ']' && pattern[at + 1] === ']')
        return char === ':' || char === ';' ? at : undefined;
      if (char !== ']' && isBlank(pattern[at + 1] ?? '')) return undefined;
      if ('][:;'.includes(char)) {
        if (sawCloser) return undefined;
        sawCloser = true;
      }
      count += 1;
      if (count > punctuationMax) return undefined;
    }
    if (at + 1 - start >= posixNameMax) return undefined;
  }
  return undefined;
}

/** `[.x.]` and `[=x=]` are kept for later by Perl. */
function checkReserved(cursor: RegexCursor): void {
  const { pattern } = cursor;
  const open = cursor.position + 1;
  const kind = pattern[open];
  if ((kind !== '.' && kind !== '=') || open >= pattern.length - 3) return;
  let at = open + 1;
  if (pattern[at + 1] === kind) at += 1;
  else while (isWordChar(pattern[at] ?? '') || pattern[at] === '-') at += 1;
  if (pattern[at] !== kind || pattern[at + 1] !== ']') return;
  cursor.position = at + 2;
  throw cursor.errorHere(`POSIX syntax [${kind} ${kind}] is reserved for future extensions`);
}

/**
 * `\p` or `\P` with the cursor on the letter; it is left behind the property. Its
 * form is checked, its name is not: the list of properties is Perl's own.
 */
export function readProperty(cursor: RegexCursor): void {
  const letter = cursor.peek();
  cursor.position += 1;
  if (cursor.atEnd) throw cursor.errorHere(`Empty \\${letter}`);
  if (cursor.peek() !== '{') {
    const single = isLetter(cursor.peek());
    cursor.position += 1;
    if (single) return;
    throw cursor.errorHere(
      `Character following \\${letter} must be '{' or a single-character Unicode property name`,
    );
  }
  const close = cursor.pattern.indexOf('}', cursor.position);
  cursor.position += 1;
  if (close < 0) throw cursor.errorHere(`Missing right brace on \\${letter}{}`);
  const space = /[\t\n\v\f\r ]*\^?[\t\n\v\f\r ]*/y;
  space.lastIndex = cursor.position;
  space.exec(cursor.pattern);
  cursor.position = space.lastIndex;
  if (cursor.position === close) throw cursor.errorHere(`Empty \\${letter}{}`);
  cursor.position = close + 1;
}
