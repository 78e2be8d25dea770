import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reviewRules } from '../../../../../agent/sec/review/review-rules.ts';

/** Each text here is one rule. */
const firstRule = new Set([1]);

/** What is found in a rule of one pattern: the starts of its messages. */
function found(type: string, pattern: string): readonly string[] {
  const rule = `type=Single\nptype=${type}\npattern=${pattern}\ndesc=d\naction=none\n`;
  return reviewRules(rule, firstRule).map(({ line, severity, message, hint = '' }) => {
    assert.deepEqual([line, severity], [3, 'warning']);
    assert.notEqual(hint, '');
    return message.split(/[,:;]/)[0] ?? '';
  });
}

const hours = 'this pattern can take hours for one line';
const ways = 'this pattern can go over the same text in many ways';
const eachByte = 'this pattern begins with a repetition and is tried at each byte of a line';
const eachLine = 'this pattern is tried on each line';

const cases: readonly (readonly [type: string, pattern: string, findings: readonly string[]])[] = [
  ['RegExp', String.raw`sshd\[\d+\]: Failed (\S+)`, []],
  ['RegExp', '(?=xx)(x+x+)+y', [hours]],
  ['RegExp', '^login (a|aa)+$', [ways]],
  ['RegExp', String.raw`^(\d+)$`, [eachLine]],
  ['RegExp', '.', [eachLine]],
  ['RegExp', '(?:error|x)', [eachLine]],
  ['RegExp', String.raw`(\S+) sshd`, []],
  ['RegExp', String.raw`(?:\S+ )+sshd`, [eachByte]],
  ['RegExp', String.raw`(\w+)=\1 sshd`, [eachByte]],
  // Over several lines, and negated, it is tried on each line whatever it says.
  ['RegExp2', '.', []],
  ['NRegExp', '.', []],
  ['SubStr', 'x', [eachLine]],
  ['SubStr', 'xy', []],
  ['TValue', 'TRUE', []],
];

for (const [type, pattern, findings] of cases) {
  test(`${type} ${pattern}`, () => assert.deepEqual(found(type, pattern), findings));
}

test('second patterns and patterns of groups', () => {
  const rule = (second: string, more = '') => `type=Pair
ptype=RegExp
pattern=sshd (\\S+)
desc=d
action=none
ptype2=RegExp
pattern2=${second}
desc2=d
action2=none
${more}`;
  // It is looked for only while there is a first event, and here with that one's values.
  assert.deepEqual(reviewRules(rule('.'), firstRule), []);
  assert.deepEqual(reviewRules(rule('($1+)+$'), firstRule), []);
  assert.deepEqual(
    reviewRules(rule('(?!a)(b+)+$'), firstRule).map(({ line }) => line),
    [7],
  );
  const group = 'egptype=RegExp\negpattern=^(?=a)(a+)+$\n';
  assert.deepEqual(
    reviewRules(`type=EventGroup\n${group}`, firstRule).map(({ line, ruleLine }) => [
      line,
      ruleLine,
    ]),
    [[3, 1]],
  );
});

test('rules with errors are told of elsewhere', () => {
  const rule = 'type=Single\nptype=RegExp\npattern=(\ndesc=d\naction=none\n';
  assert.deepEqual(reviewRules(rule, new Set()), []);
});
