import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleProblems, runRules } from '../../../../support/run-rules.ts';

/** What the action does when the line `one "two"; $(three)` comes. */
function callsOf(action: string): string[] {
  const rules = `type=Single\nptype=RegExp\npattern=^(\\S+) (\\S+) (.*)\ndesc=a match\naction=${action}\n`;
  assert.deepEqual(ruleProblems(rules), []);
  return runRules(rules, ['one "two"; $(three)'])[0] ?? [];
}

const understood: readonly (readonly [string, string])[] = [
  ['submit_check_result web01 ssh 2 text', 'web01;ssh;2;text'],
  [
    'submit_check_result web01 "SSHD Failures" 2 "USERACT: $1 at %u"',
    'web01;SSHD Failures;2;USERACT: one at 1700000000',
  ],
  ["(submit_check_result web01 'it is' 0 'a; b | c=1')", 'web01;it is;0;a; b | c=1'],
  ['/usr/local/bin/submit_check_result web01 ssh 2 text', 'web01;ssh;2;text'],
  ['submit_check_result web01 ssh 2 text without quotes', 'web01;ssh;2;text without quotes'],
  ['submit_check_result web01 2 "a host check"', 'web01;(host);2;a host check'],
  ['submit_check_result web01 ssh WARNING text', 'web01;ssh;1;text'],
  ['submit_check_result web01 ssh 2 "text" >/dev/null 2>&1', 'web01;ssh;2;text'],
  ['submit_check_result web01 ssh 2 "text" > /dev/null 2>&1 &', 'web01;ssh;2;text'],
  ['submit_check_result "" ssh 2 text', 'testhost;ssh;2;text'],
  ['submit_check_result web01 ssh 2 "a \\"b\\" \\\\ \\$ c"', 'web01;ssh;2;a "b" \\ $ c'],
  ['send_nrdp --host=web01 --service="a b" --state=1 --output="c d"', 'web01;a b;1;c d'],
  ['send_nrdp -H web01 -s ssh -S 2 -o text -u http://x -t token', 'web01;ssh;2;text'],
  // What comes from the log stays within its argument.
  ['submit_check_result web01 ssh 2 "$2 $3"', 'web01;ssh;2;"two"; $(three)'],
  ['submit_check_result web01 $1 2 $3', 'web01;one;2;$(three)'],
];

for (const [command, result] of understood) {
  test(`understood: ${command}`, () => {
    assert.deepEqual(callsOf(`shellcmd ${command}`), [`submit ${result}`]);
  });
}

const started: readonly string[] = [
  'other_program web01 ssh 2 text',
  'my_submit_check_result web01 ssh 2 text',
  'submit_check_result',
  'submit_check_result web01',
  'submit_check_result web01 ssh 2 text | tee log',
  'submit_check_result web01 ssh 2 "`date`"',
  'cd /tmp && submit_check_result web01 ssh 2 text',
  'submit_check_result web01 ssh 2 text >> result.log && echo fine',
  'submit_check_result web01 ssh 2 "unclosed',
];

for (const command of started) {
  test(`started: ${command}`, () => {
    assert.deepEqual(callsOf(`shellcmd ${command}`), [`start ${command}`]);
  });
}

test('a state that is none is told when the rules are read, or when the value is known', () => {
  const rule = (state: string) =>
    `type=Single\nptype=RegExp\npattern=(.*)\ndesc=d\naction=shellcmd submit_check_result h s ${state} text\n`;
  assert.match(
    ruleProblems(rule('5')).join('\n'),
    /^5: Invalid state '5' for a check result; expected 0 to 3/,
  );
  assert.deepEqual(runRules(rule('$1'), ['2', 'seven']), [
    ['submit h;s;2;text'],
    [
      "log 3 Invalid state 'seven' for a check result of h;s: expected 0 to 3, or OK, WARNING, CRITICAL or UNKNOWN",
    ],
  ]);
});

const piped: readonly (readonly [string, string])[] = [
  [
    "pipe 'web01%{.tab}disk%{.tab}2%{.tab}$3' send_nsca -H nagios -c /etc/s.cfg",
    'web01;disk;2;$(three)',
  ],
  ['pipe \'$1\tssh\t1\ta "b"\' /usr/sbin/send_nsca -H n >/dev/null', 'one;ssh;1;a "b"'],
  ["pipe 'web01%{.tab}2%{.tab}down%.nl' send_nsca -H n", 'web01;(host);2;down'],
  ["pipe 'web01,disk,0,a, b' send_nsca -H n -d ','", 'web01;disk;0;a, b'],
  ["pipeexec 'web01%{.tab}disk%{.tab}0%{.tab}fine' send_nsca -H n", 'web01;disk;0;fine'],
];

for (const [action, result] of piped) {
  test(`understood: ${action}`, () => {
    assert.deepEqual(callsOf(action), [`submit ${result}`]);
  });
}

for (const action of [
  "pipe '%s' send_nsca -H n",
  "pipe 'web01%{.tab}disk%{.tab}2%{.tab}x' other -H n",
  "pipe 'web01%{.tab}disk%{.tab}2%{.tab}x' send_nsca -H n | logger",
]) {
  test(`started: ${action}`, () => {
    assert.match(callsOf(action).join('\n'), /^start /);
  });
}
