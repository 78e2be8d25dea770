import { escapeClasses, notNewline } from './byte-classes.ts';
import { beyondNode, type ParserState } from './parser-state.ts';
import { readLiteral } from './read-literal.ts';
import { readBraceReference, readDigitReference, readNamedReference } from './read-reference.ts';
import { readProperty } from './regex-class-parser.ts';
import { readNamedCharacter } from './regex-escapes.ts';
import type { AnchorPlace, RegexNode } from './regex-tree.ts';

const anchorEscapes: ReadonlyMap<string, AnchorPlace> = new Map([
  ['A', 'string-start'],
  ['z', 'string-end'],
  ['Z', 'last-line-end'],
]);

/** What a backslash begins outside of a class. */
export function readEscape(state: ParserState): RegexNode {
  const { cursor } = state;
  const letter = cursor.peek(1);
  const place = anchorEscapes.get(letter);
  if (place !== undefined) return readSimple({ kind: 'anchor', place }, state);
  const bytes = escapeClasses.get(letter);
  if (bytes !== undefined) return readSimple({ kind: 'set', bytes }, state);
  switch (letter) {
    case 'b':
    case 'B':
      return readBoundary(letter, state);
    case 'R':
      return readSimple({ kind: 'line-break' }, state);
    case 'G':
      return readSimple(beyondNode('\\G', false), state);
    case 'X':
      return readSimple(beyondNode('\\X', true), state);
    case 'K':
      return readKeep(state);
    case 'C':
      cursor.position += 1;
      throw cursor.errorHere('\\C no longer supported');
    case 'p':
    case 'P':
      cursor.position += 1;
      readProperty(cursor);
      return state.beyondAll('a Unicode property');
    case 'N':
      return readNamed(state);
    case 'k':
      return readNamedReference(state);
    case 'g':
      return readBraceReference(state);
    default:
      return readDigitReference(state) ?? readLiteral(state);
  }
}

/** An escape of one letter, which no brace may follow but a quantifier's. */
function readSimple(node: RegexNode, state: ParserState): RegexNode {
  const { cursor } = state;
  cursor.position += 1;
  if (cursor.peek(1) === '{' && cursor.bracesAt(cursor.position + 1) === undefined) {
    cursor.position += 2;
    throw cursor.errorHere('Unescaped left brace in regex is illegal here');
  }
  state.next();
  return node;
}

function readKeep(state: ParserState): RegexNode {
  if (state.lookDepth === 0) return readSimple(beyondNode('\\K', false), state);
  state.cursor.position += 2;
  throw state.cursor.errorHere('\\K not permitted in lookahead/lookbehind');
}

function readBoundary(letter: 'b' | 'B', state: ParserState): RegexNode {
  const { cursor } = state;
  if (cursor.peek(2) !== '{') {
    const place = letter === 'b' ? 'word-boundary' : 'not-word-boundary';
    return readSimple({ kind: 'anchor', place }, state);
  }
  const close = cursor.pattern.indexOf('}', cursor.position);
  cursor.position += 3;
  if (close < 0) throw cursor.errorHere(`Missing right brace on \\${letter}{}`);
  const name = cursor.pattern.slice(cursor.position, close).replace(/^[ \t]+|[ \t]+$/g, '');
  if (name === '') {
    cursor.position = close + 1;
    throw cursor.errorHere(`Empty \\${letter}{}`);
  }
  if (!['g', 'gcb', 'lb', 'sb', 'wb'].includes(name)) {
    cursor.position = cursor.pattern.indexOf(name, cursor.position) + name.length;
    throw cursor.errorHere(`'${name}' is an unknown bound type`);
  }
  cursor.position = close;
  state.next();
  state.beyond.add('a Unicode boundary');
  return beyondNode('a Unicode boundary', false);
}

function readNamed(state: ParserState): RegexNode {
  const { cursor } = state;
  cursor.position += 2;
  const named = readNamedCharacter(cursor, state.flags.extended);
  if (named.kind === 'not-newline') return { kind: 'set', bytes: notNewline };
  return state.beyondAll('a named character');
}
