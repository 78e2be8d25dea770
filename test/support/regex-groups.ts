import assert from 'node:assert/strict';
import { compileRegex } from '../../agent/sec/patterns/regex-matcher.ts';

/** What a pattern matches without any perl: the whole match and the groups, or undefined. */
export function regexGroups(
  pattern: string,
  text: string,
): readonly (string | undefined)[] | undefined {
  const matcher = compileRegex(pattern, { perl: undefined });
  assert.ok('match' in matcher, 'fault' in matcher ? matcher.fault : '');
  const found = matcher.match(text);
  return found && Array.from({ length: found.count + 1 }, (_, number) => found.group(number));
}
