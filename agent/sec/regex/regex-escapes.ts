import { isBlank, type RegexCursor } from './regex-cursor.ts';

/** Code points from here on make the whole pattern follow Unicode rules. */
export const firstWideCode = 0x100;
/** The largest number that Perl takes for a character, as a power of two. */
const codeBitsMax = 63;

const controlBit = 0x40;
const octalDigitsMax = 3;
const hexDigitsMax = 2;

const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['f', 0x0c],
  ['e', 0x1b],
  ['a', 0x07],
]);

/**
 * The character that an escape stands for, in a class and outside alike. The
 * cursor stands behind the backslash, on the letter, and is left behind the
 * escape. Returns nothing, and leaves the cursor, when the letter is none of
 * n r t f e a o x c and no octal digit.
 */
export function readCharacterEscape(cursor: RegexCursor): number | undefined {
  const letter = cursor.peek();
  const simple = simpleEscapes.get(letter);
  if (simple !== undefined) {
    cursor.position += 1;
    return simple;
  }
  if (letter === 'o') return readBracedOctal(cursor);
  if (letter === 'x') return readHex(cursor);
  if (letter === 'c') return readControl(cursor);
  if (letter >= '0' && letter <= '7') return readOctal(cursor);
  return undefined;
}

function readOctal(cursor: RegexCursor): number {
  const digits = /^[0-7]+/.exec(
    cursor.pattern.slice(cursor.position, cursor.position + octalDigitsMax),
  );
  const text = digits?.[0] ?? '';
  cursor.position += text.length;
  return Number.parseInt(text, 8);
}

function readControl(cursor: RegexCursor): number {
  cursor.position += 1;
  const char = cursor.peek();
  if (char < ' ' || char > '~' || char === '') {
    if (!cursor.atEnd) cursor.position += 1;
    throw cursor.errorHere('Character following "\\c" must be printable ASCII');
  }
  cursor.position += 1;
  if (char === '{') throw cursor.errorHere('Use ";" instead of "\\c{"');
  return char.toUpperCase().charCodeAt(0) ^ controlBit;
}

function readHex(cursor: RegexCursor): number {
  cursor.position += 1;
  if (cursor.peek() === '{') return readBraced(cursor, 'x', 16);
  const near = cursor.pattern.slice(cursor.position, cursor.position + hexDigitsMax);
  const text = /^[0-9a-fA-F]*/.exec(near)?.[0] ?? '';
  cursor.position += text.length;
  return text === '' ? 0 : Number.parseInt(text, 16);
}

function readBracedOctal(cursor: RegexCursor): number {
  cursor.position += 1;
  if (cursor.peek() !== '{') throw cursor.errorHere('Missing braces on \\o{}');
  return readBraced(cursor, 'o', 8);
}

/** `{...}` with digits: blanks around them, underscores between them, the rest after a bad one dropped. */
function readBraced(cursor: RegexCursor, letter: string, base: 8 | 16): number {
  const open = cursor.position;
  const close = cursor.pattern.indexOf('}', open);
  const digit = base === 8 ? /[0-7]/ : /[0-9a-fA-F]/;
  if (close < 0) {
    cursor.position += 1;
    cursor.skipBlanks();
    while (digit.test(cursor.peek())) cursor.position += 1;
    throw cursor.errorHere(`Missing right brace on \\${letter}{}`);
  }
  cursor.position = close + 1;
  const inside = cursor.pattern.slice(open + 1, close).replace(/^[ \t]+|[ \t]+$/g, '');
  if (inside === '' && base === 8) throw cursor.errorHere('Empty \\o{}');
  const digits = leadingDigits(inside, digit);
  const value = digits === '' ? 0 : Number.parseInt(digits, base);
  if (value >= 2 ** codeBitsMax) throw tooLarge(cursor, digits, base);
  return value;
}

function leadingDigits(text: string, digit: RegExp): string {
  let digits = '';
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] ?? '';
    if (digit.test(char)) digits += char;
    else if (!(char === '_' && digit.test(text[index + 1] ?? ''))) break;
  }
  return digits;
}

function tooLarge(cursor: RegexCursor, digits: string, base: 8 | 16): Error {
  const prefix = base === 8 ? '0' : '0x';
  const largest = base === 8 ? '777777777777777777777' : '7FFFFFFFFFFFFFFF';
  return cursor.errorHere(
    `Use of code point ${prefix}${digits} is not allowed; the permissible max is ${prefix}${largest}`,
  );
}

/** What `\N` turns out to be. */
export type NamedCharacter =
  /** No name: any byte but a newline. The cursor stands where the quantifier may be. */
  | { readonly kind: 'not-newline' }
  /** `\N{U+..}` or `\N{name}`: Unicode rules for the whole pattern. */
  | { readonly kind: 'named'; readonly known: boolean };

/**
 * `\N`. The cursor stands behind the N and, for a name, is left behind the brace.
 * Names of characters need Perl's tables and cannot be checked here.
 */
export function readNamedCharacter(cursor: RegexCursor, extended: boolean): NamedCharacter {
  const start = cursor.position;
  cursor.skipIgnored(extended);
  if (cursor.peek() !== '{' || cursor.bracesAt(cursor.position) !== undefined)
    return { kind: 'not-newline' };
  if (cursor.position !== start) {
    cursor.position = start;
    throw cursor.errorHere('Missing braces on \\N{}');
  }
  cursor.position += 1;
  const close = cursor.pattern.indexOf('}', cursor.position);
  if (close < 0) throw cursor.errorHere('Missing right brace on \\N{}');
  cursor.skipBlanks();
  const known = cursor.startsWith('U+');
  if (known) checkCodes(cursor, close);
  else checkName(cursor, close);
  cursor.position = close + 1;
  return { kind: 'named', known };
}

function checkName(cursor: RegexCursor, close: number): void {
  if (cursor.position < close) return;
  cursor.position = close;
  throw cursor.errorHere("Unknown charname ''");
}

/** U+ and hexadecimal codes with dots between them. */
function checkCodes(cursor: RegexCursor, close: number): void {
  let end = close;
  while (isBlank(cursor.pattern[end - 1] ?? '')) end -= 1;
  cursor.position += 2;
  for (;;) {
    const text = leadingDigitsRaw(cursor.pattern.slice(cursor.position, end));
    cursor.position += text.length;
    if (text === '') cursor.position += 1;
    else if (cursor.position >= end) return;
    else if (cursor.peek() === '.' && cursor.position + 1 < end) {
      cursor.position += 1;
      continue;
    } else cursor.position = Math.min(end, cursor.position + 1);
    throw cursor.errorHere('Invalid hexadecimal number in \\N{U+...}');
  }
}

function leadingDigitsRaw(text: string): string {
  return /^(?:[0-9a-fA-F](?:_(?=[0-9a-fA-F]))?)*/.exec(text)?.[0] ?? '';
}
