import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRegex } from '../../../../../agent/sec/patterns/regex-matcher.ts';

const noPerl = { perl: undefined };

function matcherOf(source: string) {
  const matcher = compileRegex(source, noPerl);
  assert.ok('match' in matcher);
  return matcher;
}

test('an expression that rules share answers each of them for the text that it was asked for', () => {
  const first = matcherOf('user (\\w+)(?: from (\\S+))?');
  const second = matcherOf('user (\\w+)(?: from (\\S+))?');
  assert.equal(first, second);
  const ask = (text: string) => {
    const groups = [first.match(text), second.match(text)];
    return groups.map((found) => found && [found.group(1), found.group(2)]);
  };
  assert.deepEqual(ask('user ann from here'), [
    ['ann', 'here'],
    ['ann', 'here'],
  ]);
  assert.deepEqual(ask('user bob'), [
    ['bob', undefined],
    ['bob', undefined],
  ]);
  assert.deepEqual(ask('nobody'), [undefined, undefined]);
  assert.deepEqual(ask('user ann from here').at(0), ['ann', 'here']);
});

test('what needs perl is not shared: another host may have one', () => {
  assert.ok('fault' in compileRegex('(?R)?', noPerl));
  assert.ok('fault' in compileRegex('a(', noPerl));
  assert.ok('fault' in compileRegex('a(', noPerl));
});
