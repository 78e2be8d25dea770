import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ruleProblems, runRules, runTime } from '../../../../support/run-rules.ts';

before(() => {
  process.env['TZ'] = 'Europe/Berlin';
});

/** What `write -` writes when this text stands in a rule with this pattern. */
function textFor(pattern: string, text: string, line: string, type = 'RegExp'): string {
  const rules = `type=Single\nptype=${type}\npattern=${pattern}\ndesc=about $1\naction=write - ${text}\n`;
  assert.deepEqual(ruleProblems(rules), []);
  const [[call = 'no call'] = []] = runRules(rules, [line]);
  return call.replace(/^write - /, '');
}

const dollar = '$';

const matchVariables: readonly (readonly [string, string])[] = [
  ['$1-$2-$3', 'a--c'],
  [`${dollar}{1}0 $10`, 'a0 '],
  ['$0', 'xacx'],
  ['$$1 $$ $x $', '$1 $ $x $'],
  ['[$4] [$+{name}] [$+{none}]', '[] [c] []'],
  ['$+{_inputsrc}', '/var/log/test'],
  ['100%', '100%'],
];

for (const [text, expected] of matchVariables) {
  test(`match variables: ${text}`, () => {
    assert.equal(textFor('(a)(b)?(?<name>c)', text, 'xacx'), expected);
  });
}

test('a value is never substituted again', () => {
  assert.equal(textFor('(.*)', '$1|%s', '$1 $$ %s %% %t'), '$1 $$ %s %% %t|about $1 $$ %s %% %t');
});

test('a pattern without groups puts 1 into $1; SubStr has no variables at all', () => {
  assert.equal(textFor('x', '$1 $2|', 'x'), '1 |');
  assert.equal(textFor('x', '$1 $$ %s', 'x', 'SubStr'), '$1 $$ about $1');
});

const actionVariables: readonly (readonly [string, string])[] = [
  ['%s', 'about a'],
  ['%{s}x', 'about ax'],
  ['%%s %', '%s %'],
  ['%u', String(runTime)],
  ['%t', 'Tue Nov 14 23:13:20 2023'],
  ['%.year-%.mon-%.mday %.hour:%.min:%.sec', '2023-11-14 23:13:20'],
  ['%.monstr %.mdaystr %.wdaystr %.wday %.hmsstr', 'Nov 14 Tue 2 23:13:20'],
  ['%.tzoff %.tzoff2', '+0100 +01:00'],
  ['a%.tab.b%{.sp}c', 'a\t.b c'],
  ['%unknown|%{unknown}|', '||'],
  ['%1 %-', '%1 %-'],
];

for (const [text, expected] of actionVariables) {
  test(`action variables: ${text}`, () => {
    assert.equal(textFor('(a)', text, 'a'), expected);
  });
}
