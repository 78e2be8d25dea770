import { hasBlank, trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';

/**
 * A text parameter as its action uses it: without the parentheses that masked
 * its semicolons, `\(` and `\)` as plain parentheses; the default when empty.
 */
export function textOr(parameter: ByteString | undefined, otherwise: ByteString): ByteString {
  const text = trimBlanks(withoutOuterParentheses(trimBlanks(parameter ?? '')));
  return text === '' ? otherwise : text.replace(/\\([()])/g, '$1');
}

/**
 * The only word of a parameter, which may stand in parentheses; undefined for none or more.
 * Empty parentheses are an empty word.
 */
export function onlyWord(parameter: ByteString | undefined): ByteString | undefined {
  if (parameter === undefined) return undefined;
  const word = textOr(parameter, '');
  return hasBlank(word) ? undefined : word;
}

/**
 * Removes a parenthesis at the beginning and one at the end. As in SEC they need not be a
 * pair: `(a) (b)` becomes `a) (b`.
 */
export function withoutOuterParentheses(text: ByteString): ByteString {
  const enclosed = text.startsWith('(') && text.endsWith(')') && !text.endsWith('\\)');
  return enclosed ? text.slice(1, -1) : text;
}

/** The index of the parenthesis that closes the one at `open`; -1 when none does. */
export function closingParenthesis(text: ByteString, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (isEscapedParenthesis(text, index)) index++;
    else if (text[index] === '(') depth++;
    else if (text[index] === ')') {
      depth--;
      if (depth === 0) return index;
    }
  }
  return -1;
}

/** True at the backslash of `\(` or `\)`. */
export function isEscapedParenthesis(text: ByteString, index: number): boolean {
  return text[index] === '\\' && (text[index + 1] === '(' || text[index + 1] === ')');
}

/** The lines of a text; empty ones at its end do not count, so that an empty text has none. */
export function linesOf(text: ByteString): ByteString[] {
  const lines = text.split('\n');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
