import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleProblems, runRules } from '../../../../support/run-rules.ts';

const ruleWith = (action: string) =>
  `type=Single\nptype=RegExp\npattern=^(\\S+) (.*)\ndesc=about $1\naction=${action}\n`;

const lists: readonly (readonly [string, readonly string[]])[] = [
  ['none', []],
  ['logonly', ['log 4 about first']],
  ['logonly $2 at %u', ['log 4 rest; of it at 1700000000']],
  ['write -', ['write - about first']],
  ['write - $2', ['write - rest; of it']],
  ['write /tmp/$1.log text', ['write /tmp/first.log text']],
  ['write - (a; b)', ['write - a; b']],
  ['write - \\(a\\)', ['write - (a)']],
  ['write - a; write - b ; none;', ['write - a', 'write - b']],
  ['WRITE - a', ['write - a']],
  ['shellcmd /bin/true', ['start /bin/true']],
  ['shellcmd (a; b)', ['start a; b']],
  ['submit web01;ssh;CRITICAL;$2', ['submit web01;ssh;2;rest; of it']],
  ['submit ;ssh;ok;fine', ['submit testhost;ssh;0;fine']],
  ['submit web01;;1;down', ['submit web01;(host);1;down']],
  ['submit $1;$1;3;a|b=1', ['submit first;first;3;a|b=1']],
  ['submit (web01;ssh;0;a; b; c)', ['submit web01;ssh;0;a; b; c']],
  ['submit web01;ssh;2;one; write - two', ['submit web01;ssh;2;one', 'write - two']],
  ['submit web01;ssh;2;one%{.nl}two', ['submit web01;ssh;2;one\\ntwo']],
];

for (const [list, calls] of lists) {
  test(`action=${list}`, () => {
    assert.deepEqual(ruleProblems(ruleWith(list)), []);
    assert.deepEqual(runRules(ruleWith(list), ['first rest; of it']), [calls]);
  });
}

const faults: readonly (readonly [string, string])[] = [
  ['wirte - x', "5: Invalid action 'wirte - x'"],
  ['none; wirte', "5: Invalid action 'wirte'"],
  ['write', "5: Invalid action 'write'"],
  ['shellcmd', "5: Invalid action 'shellcmd'"],
  ['write - (a', "5: Unbalanced parentheses found in action list 'write - (a'"],
  ['write - a)', "5: Unbalanced parentheses found in action list 'write - a)'"],
  [
    'submit web01;ssh;2',
    "5: Invalid action 'submit web01;ssh;2'; expected: submit HOST;SERVICE;STATE;OUTPUT",
  ],
  [
    'submit web01;ssh;BAD;text',
    "5: Invalid state 'BAD' for a check result; expected 0 to 3, or OK, WARNING, CRITICAL or UNKNOWN",
  ],
];

for (const [list, fault] of faults) {
  test(`refused: action=${list}`, () => {
    const problems = ruleProblems(ruleWith(list));
    assert.ok(problems[0]?.startsWith(fault), problems.join('\n'));
    assert.deepEqual(runRules(ruleWith(list), ['first rest']), [[]]);
  });
}
