import { trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { isEscapedParenthesis } from './parameter-text.ts';

/**
 * Splits an action list at the semicolons outside parentheses; undefined when
 * the parentheses do not balance. Empty actions at the end do not count.
 */
export function splitActions(list: ByteString): ByteString[] | undefined {
  const actions: ByteString[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < list.length; index++) {
    const character = list[index];
    if (isEscapedParenthesis(list, index)) index++;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ';' && depth === 0) {
      actions.push(list.slice(start, index));
      start = index + 1;
    }
    if (depth < 0) return undefined;
  }
  if (depth !== 0) return undefined;
  actions.push(list.slice(start));
  while (actions.length > 0 && trimBlanks(actions.at(-1) ?? '') === '') actions.pop();
  return actions;
}
