import type { ParserState } from './parser-state.ts';
import { hasWidth } from './regex-analysis.ts';
import type { Digits } from './regex-cursor.ts';
import type { QuantifierNode, RegexNode } from './regex-tree.ts';

/** Perl repeats at most this often when a number says how often. */
const repeatsMax = 65_534;

/**
 * The quantifier at which the cursor stands, with the atom before it.
 * @param start where the atom begins
 */
export function readQuantified(body: RegexNode, start: number, state: ParserState): RegexNode {
  const { cursor } = state;
  let { min, max } = readBounds(state);
  if (max < min) return { kind: 'quantifier', min, max, greed: 'greedy', body };
  if (!hasWidth(body)) {
    if (max === Infinity && cursor.pattern.startsWith('\\K', start)) {
      const text = cursor.pattern.slice(start, cursor.position);
      throw cursor.errorHere(`${text} is forbidden - matches null string many times`);
    }
    max = Math.min(max, 1);
    min = Math.min(min, max);
  }
  const node: QuantifierNode = { kind: 'quantifier', min, max, greed: readGreed(state), body };
  if (cursor.atQuantifier()) {
    cursor.position += 1;
    throw cursor.errorHere('Nested quantifiers');
  }
  return node;
}

function readBounds(state: ParserState): { min: number; max: number } {
  const { cursor } = state;
  const char = cursor.peek();
  const braces = cursor.bracesAt(cursor.position);
  if (braces === undefined) {
    state.next();
    return { min: char === '+' ? 1 : 0, max: char === '?' ? 1 : Infinity };
  }
  const min = braces.min === undefined ? 0 : readBound(braces.min, state);
  const max = braces.max === undefined ? Infinity : readBound(braces.max, state);
  cursor.position = braces.end;
  state.next();
  return { min, max };
}

function readBound({ text, end }: Digits, { cursor }: ParserState): number {
  const leadingZero = text.length > 1 && text.startsWith('0');
  if (!leadingZero && Number(text) <= repeatsMax) return Number(text);
  cursor.position = end;
  if (leadingZero) throw cursor.errorHere('Invalid quantifier in {,}');
  throw cursor.errorHere(`Quantifier in {,} bigger than ${repeatsMax}`);
}

function readGreed(state: ParserState): QuantifierNode['greed'] {
  const char = state.cursor.peek();
  if (char !== '?' && char !== '+') return 'greedy';
  state.next();
  return char === '?' ? 'lazy' : 'possessive';
}
