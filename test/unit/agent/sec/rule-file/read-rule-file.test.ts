import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleProblems, runRules } from '../../../../support/run-rules.ts';

const good = 'type=Single\nptype=RegExp\npattern=(.*)\ndesc=d\naction=write - got $1\n';

/** Each text beside a good rule, which must go on working; `none` in a problem is replaced. */
const broken: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a bad regular expression',
    'type=Single\nptype=RegExp\npattern=(unclosed\ndesc=d\naction=none\n',
    [
      "3: Invalid regular expression '(unclosed': Unmatched ( in regex; marked by <-- HERE in m/( <-- HERE unclosed/",
    ],
  ],
  [
    'an unknown type',
    'type=Sinlge\nptype=RegExp\npattern=x\ndesc=d\naction=none\n',
    ['1: Invalid rule type SINLGE'],
  ],
  ['no type', 'ptype=RegExp\npattern=x\ndesc=d\naction=none\n', ["1: Keyword 'type' missing"]],
  [
    'every missing keyword',
    'type=Single\nptype=RegExp\n',
    ['pattern', 'desc', 'action'].map(
      (name) => `1: Keyword '${name}' missing (needed for SINGLE rule)`,
    ),
  ],
  [
    'a keyword of another type, and one in capitals',
    'type=Single\nptype=RegExp\npattern=x\nDesc=d\ndesc=d\naction=none\nwindow=5\n',
    [
      "4: Keyword 'Desc' illegal (not allowed for SINGLE rule); keywords are in lower case: 'desc'",
      "7: Keyword 'window' illegal (not allowed for SINGLE rule)",
    ],
  ],
  [
    'an unknown pattern type',
    'type=Single\nptype=RegEx\npattern=x\ndesc=d\naction=none\n',
    ["2: Invalid pattern type 'RegEx'"],
  ],
  [
    'a bad continue value',
    'type=Single\nptype=RegExp\npattern=x\ncontinue=Next\ndesc=d\naction=none\n',
    ["4: Invalid continue value 'Next'; expected TakeNext, DontCont, EndMatch or GoTo LABEL"],
  ],
  [
    'a line that is none',
    'type=Single\nptype=RegExp\npattern=x\nthis is not a keyword\ndesc=d\naction=none\n',
    [
      "4: Line not in keyword=value format or non-alphanumeric keyword; expected KEYWORD=VALUE, found 'this is not a keyword'",
    ],
  ],
  [
    'the same keyword twice',
    'type=Single\nptype=RegExp\npattern=x\npattern=y\ndesc=d\naction=none\n',
    [
      "4: warning: Several 'pattern' keywords specified, overriding previous value 'x' with 'y'; a blank line must stand between two rules",
    ],
  ],
  [
    'a comment within a rule',
    'type=Single\nptype=RegExp\npattern=x\n# here it ends\ndesc=d\naction=none\n',
    [
      "1: Keyword 'desc' missing (needed for SINGLE rule)",
      "1: Keyword 'action' missing (needed for SINGLE rule)",
      "5: Keyword 'type' missing",
    ],
  ],
  [
    'a label that does not exist, and one that is above',
    'label=up\ntype=Single\nptype=SubStr\npattern=none\ncontinue=GoTo up\ndesc=d\naction=none\n\ntype=Single\nptype=SubStr\npattern=none\ncontinue=GoTo nowhere\ndesc=d\naction=none\n',
    [
      "5: warning: can't go backwards to label up, assuming continue=DontCont",
      '12: warning: label nowhere does not exist, assuming continue=DontCont',
    ],
  ],
];

for (const [name, text, problems] of broken) {
  test(`broken: ${name}`, () => {
    const found = ruleProblems(`${text}\n${good}`);
    assert.equal(found.length, problems.length, found.join('\n'));
    for (const [index, problem] of problems.entries()) {
      assert.ok(found[index]?.startsWith(problem), found.join('\n'));
    }
    assert.deepEqual(runRules(`${text}\n${good}`, ['a line']), [['write - got a line']]);
  });
}

test('a file without a valid rule', () => {
  assert.deepEqual(ruleProblems('# nothing\n'), [
    'warning: No valid rules found in configuration file test.sec',
  ]);
});

const written: readonly (readonly [string, string])[] = [
  [
    'blanks around names and values',
    '  type =  Single  \nptype\t=RegExp\npattern= (.*)\t\ndesc=d\naction = write - got $1\n',
  ],
  [
    'continued lines',
    'type=Single\nptype=Reg\\\nExp\npattern=(.*)\ndesc=d\naction=write - \\  \n got \\\n$1\n',
  ],
  [
    'remarks and blank lines',
    '\n\n# c\nrem=r\ntype=Single\nrem=r\nptype=RegExp\npattern=(.*)\ndesc=d\naction=write - got $1',
  ],
  ['line ends of DOS', good.replaceAll('\n', '\r\n')],
  ['values in any case', good.replace('Single', 'sINGLE').replace('RegExp', 'REGEXP')],
];

for (const [name, text] of written) {
  test(`written with ${name}`, () => {
    assert.deepEqual(ruleProblems(text), []);
    assert.deepEqual(runRules(text, ['a line']), [['write - got a line']]);
  });
}
