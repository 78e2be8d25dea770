import type { ParserState } from './parser-state.ts';
import type { RegexNode } from './regex-tree.ts';

/** `\k<name>` `\k'name'` `\k{name}` and `\g{name}`. */
export function readNamedReference(state: ParserState): RegexNode {
  const { cursor } = state;
  const shown = cursor.pattern.slice(cursor.position, cursor.position + 3);
  const close = { '<': '>', "'": "'", '{': '}' }[cursor.peek(2)];
  if (close === undefined) {
    cursor.position += 2;
    throw cursor.errorHere(`Sequence ${shown.slice(0, 2)}... not terminated`);
  }
  cursor.position += 3;
  if (close === '}') cursor.skipBlanks();
  const name = cursor.groupName();
  return readNameEnd(name, close, shown, state);
}

/**
 * What stands behind the name in a reference.
 * @param close the character that ends it
 * @param shown how messages call the reference
 */
export function readNameEnd(
  name: string,
  close: string,
  shown: string,
  state: ParserState,
): RegexNode {
  const { cursor } = state;
  const groups = state.groupsNamed(name);
  if (close === '}' && name !== '') cursor.skipBlanks();
  if (name === '' || cursor.peek() !== close)
    throw cursor.errorHere(`Sequence ${shown}... not terminated`);
  state.next();
  return { kind: 'backreference', groups, caseless: state.flags.caseless };
}

/** `\g1` `\g-1` `\g{1}` `\g{-1}`, and names as `\k` has them. */
export function readBraceReference(state: ParserState): RegexNode {
  const { cursor } = state;
  const braced = cursor.peek(2) === '{';
  const close = braced ? cursor.pattern.indexOf('}', cursor.position) : -1;
  let at = cursor.position + (braced ? 3 : 2);
  if (close >= 0) while (/[ \t]/.test(cursor.pattern[at] ?? '')) at += 1;
  const relative = cursor.pattern[at] === '-';
  if (relative) at += 1;
  const startsNumber = /\d/.test(cursor.pattern[at] ?? '');
  if (braced && !startsNumber) return readNamedReference(state);
  cursor.position = at;
  if (braced && close < 0) {
    cursor.skipDigits();
    throw cursor.errorHere('Unterminated \\g{...} pattern');
  }
  const number = readNumber(relative, state);
  if (braced) cursor.position = close + 1;
  else cursor.skipDigits();
  return referenceTo(number, state);
}

function readNumber(relative: boolean, { cursor, groupCount }: ParserState): number {
  const number = cursor.numberAt(cursor.position);
  if (number === 0) throw cursor.errorHere('Reference to invalid group 0');
  if (number === Infinity) {
    const isNumber = /\d/.test(cursor.peek());
    throw cursor.errorHere(
      isNumber ? 'Reference to nonexistent group' : 'Unterminated \\g... pattern',
    );
  }
  if (!relative) return number;
  if (number > groupCount) throw cursor.errorHere('Reference to nonexistent or unclosed group');
  return groupCount + 1 - number;
}

/** `\1` and up, unless it is octal: two digits or more, and fewer groups so far. */
export function readDigitReference(state: ParserState): RegexNode | undefined {
  const { cursor } = state;
  const first = cursor.peek(1);
  if (first < '1' || first > '9') return undefined;
  const number = cursor.numberAt(cursor.position + 1);
  if (number > 9 && number > state.groupCount && first < '8') return undefined;
  cursor.position += 1;
  cursor.skipDigits();
  return referenceTo(number, state);
}

function referenceTo(number: number, state: ParserState): RegexNode {
  state.refersToGroups = true;
  if (state.known !== undefined && number > state.known.groupCount)
    throw state.cursor.errorHere('Reference to nonexistent group');
  state.skipIgnored();
  return { kind: 'backreference', groups: [number], caseless: state.flags.caseless };
}
