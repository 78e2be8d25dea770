import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { checkRules } from '../../../../agent/rules/check-rules.ts';
import { RuleSet } from '../../../../agent/rules/rule-set.ts';
import { testExtensions } from '../../../support/run-rules.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/* What authors of rules get wrong, and what they are told: each message says where, what, and what to do. */

const single = (more: string): string =>
  `type=Single\nptype=RegExp\npattern=sshd (\\S+)\ndesc=login of $1\n${more}`;

const withAction = (action: string): string => single(`action=${action}\n`);

const withContext = (context: string): string => single(`context=${context}\naction=none\n`);

const counting = (more: string): string =>
  `type=SingleWithThreshold\nptype=RegExp\npattern=sshd\ndesc=d\naction=none\n${more}`;

const calendar = (time: string): string => `type=Calendar\ntime=${time}\ndesc=d\naction=none\n`;

const separated =
  "no action has this name; a text that holds ';' stands in parentheses: write FILE (TEXT; TEXT)";
const noType =
  "Keyword 'type' missing; a rule has a line type=TYPE; blank lines and lines with # end a rule, a comment within one is rem=TEXT";
const noLine = 'Line not in keyword=value format or non-alphanumeric keyword';

const mistakes: Readonly<Record<string, readonly [text: string, ...messages: string[]]>> = {
  'no type': ['ptype=RegExp\npattern=sshd\ndesc=d\naction=none\n', `1: ${noType}`],
  'a mistyped type': [
    'type=Singel\nptype=RegExp\npattern=sshd\ndesc=d\naction=none\n',
    "1: Invalid rule type SINGEL; did you mean 'Single'?",
  ],
  'a type with underscores': [
    'type=Single_With_Threshold\n',
    "1: Invalid rule type SINGLE_WITH_THRESHOLD; did you mean 'SingleWithThreshold'?",
  ],
  'a type that is far from all': [
    'type=Correlation\n',
    '1: Invalid rule type CORRELATION; expected one of Single, SingleWithScript, SingleWithSuppress, SingleWithThreshold, SingleWith2Thresholds, Pair, PairWithWindow, Suppress, Calendar, Jump, EventGroup, Options',
  ],
  'a mistyped pattern type': [
    'type=Single\nptype=RegEx\npattern=sshd\ndesc=d\naction=none\n',
    "2: Invalid pattern type 'RegEx'; expected RegExp, SubStr, PerlFunc (each may have a number of lines), Cached, one of these with N before it, or TValue",
  ],
  'a missing keyword': [
    'type=Single\nptype=RegExp\npattern=sshd\naction=none\n',
    "1: Keyword 'desc' missing (needed for SINGLE rule)",
  ],
  'a mistyped keyword': [
    'type=Single\nptype=RegExp\npatern=sshd\ndesc=d\naction=none\n',
    "1: Keyword 'pattern' missing (needed for SINGLE rule)",
    "3: Keyword 'patern' illegal (not allowed for SINGLE rule); did you mean 'pattern'?",
  ],
  'a keyword in capitals': [
    single('action=none\nContext=A\n'),
    "6: Keyword 'Context' illegal (not allowed for SINGLE rule); keywords are in lower case: 'context'",
  ],
  'a keyword of other rules': [
    single('action=none\nthresh2=5\n'),
    "6: Keyword 'thresh2' illegal (not allowed for SINGLE rule); it belongs to rules of type SingleWith2Thresholds, EventGroup2",
  ],
  'the first event of a group with a number': [
    'type=EventGroup2\nptype1=RegExp\npattern=sshd\nptype2=RegExp\npattern2=cron\ndesc=d\naction=none\nwindow=9\n',
    "1: Keyword 'ptype' missing (needed for EVENTGROUP2 rule)",
    "2: Keyword 'ptype1' illegal (not allowed for EVENTGROUP2 rule); did you mean 'ptype'?",
  ],
  'more events than the group has': [
    'type=EventGroup2\nptype=RegExp\npattern=sshd\nptype2=RegExp\npattern2=cron\nptype3=RegExp\ndesc=d\naction=none\nwindow=9\n',
    "6: Keyword 'ptype3' illegal (not allowed for EVENTGROUP2 rule); it belongs to rules of type EventGroup3",
  ],
  'a mistyped option': [
    `type=Options\njoincfsets=a\n\n${withAction('none')}`,
    "2: Keyword 'joincfsets' illegal (not allowed for OPTIONS rule); did you mean 'joincfset'?",
  ],
  'a comment within a rule': [
    'type=Single\nptype=RegExp\n# failed logins\npattern=sshd\ndesc=d\naction=none\n',
    "1: Keyword 'pattern' missing (needed for SINGLE rule)",
    "1: Keyword 'desc' missing (needed for SINGLE rule)",
    "1: Keyword 'action' missing (needed for SINGLE rule)",
    `4: ${noType}`,
  ],
  'no blank line between two rules': [
    `${withAction('none')}desc=other\n`,
    "6: warning: Several 'desc' keywords specified, overriding previous value 'login of $1' with 'other'; a blank line must stand between two rules",
  ],
  'a colon': [
    'type: Single\nptype=RegExp\n',
    `1: ${noLine}; expected KEYWORD=VALUE, found 'type: Single'`,
    `1: ${noType}`,
  ],
  'a keyword without a value': [
    single('action=none\nvarmap=\n'),
    `6: ${noLine}; 'varmap' has no value`,
  ],
  'a byte order mark': [
    `\xef\xbb\xbf${withAction('none')}`,
    `1: ${noLine}; the file begins with a byte order mark: save it without one`,
    `1: ${noType}`,
  ],
  'UTF-16': [
    't\0y\0p\0e\0=\0S\0',
    `1: ${noLine}; a NUL is in this line: save the file as UTF-8, not as UTF-16`,
  ],
  'a backslash at the end of the file': [
    `${withAction('none')}\n${withAction('write - a; \\')}`,
    "7: Keyword 'action' missing (needed for SINGLE rule)",
    '11: the file ends with a backslash: this line, and those that it continues, are lost',
  ],
  'an open group': [
    'type=Single\nptype=RegExp\npattern=sshd: (Failed\ndesc=d\naction=none\n',
    "3: Invalid regular expression 'sshd: (Failed': Unmatched ( in regex; marked by <-- HERE in m/sshd: ( <-- HERE Failed/",
  ],
  'slashes around a pattern': [
    'type=Single\nptype=RegExp\npattern=/failed/i\ndesc=d\naction=none\n',
    '3: warning: this pattern matches only lines with slashes in them; Perl writes slashes around patterns, rules do not; flags are written (?i)',
  ],
  'a truth value that is none': [
    'type=Single\nptype=TValue\npattern=yes\ndesc=d\naction=none\n',
    "3: Invalid truth value 'yes'; expected TRUE or FALSE",
  ],
  'a bad name of a cache entry': [
    'type=Single\nptype=Cached\npattern=my entry\ndesc=d\naction=none\n',
    "3: Invalid cached pattern name 'my entry': the name does not have the form <letter>[<letter>|<digit>|<underscore>]...",
  ],
  'a variable map the wrong way round': [
    single('varmap=1=user\naction=none\n'),
    "5: Invalid variable map '1=user': the variable mapping '1=user' does not have the form <letter>[<letter>|<digit>|<underscore>]... [= <number>]",
  ],
  'a variable map of a substring': [
    'type=Single\nptype=SubStr\npattern=sshd\nvarmap=user=1\ndesc=d\naction=none\n',
    "4: warning: Variable maps are supported for RegExp and PerlFunc patterns only, ignoring variable map 'user=1'",
  ],
  'a mistyped action': [
    withAction('shellcmnd /bin/true'),
    "5: Invalid action 'shellcmnd /bin/true'; did you mean 'shellcmd'?",
  ],
  'a word that is no action': [
    withAction('message root'),
    "5: Invalid action 'message root'; no action has this name",
  ],
  'a semicolon in a text': [
    withAction('write - first; second'),
    `5: Invalid action 'second'; ${separated}`,
  ],
  'a parenthesis alone': [
    withAction('write - all well :)'),
    "5: Unbalanced parentheses found in action list 'write - all well :)'; write \\( and \\) for single ones",
  ],
  'an action without what it needs': [
    withAction('write'),
    "5: Invalid action 'write'; expected: write FILE [TEXT]",
  ],
  'a text without apostrophes': [
    withAction('pipe %s mail root'),
    "5: Invalid action 'pipe %s mail root'; expected: pipe 'TEXT' [COMMAND]",
  ],
  'a variable without %': [
    withAction('assign x 5'),
    '5: Variable x does not have the form %<letter>[<letter>|<digit>|<underscore>]...',
  ],
  'an if without parentheses': [
    withAction('if %e none'),
    "5: Invalid action list ' if %e none '; expected: if %VARIABLE ( LIST ) [else ( LIST )]",
  ],
  'a result without semicolons': [
    withAction('submit web01 Disk CRITICAL full'),
    "5: Invalid action 'submit web01 Disk CRITICAL full'; expected: submit HOST;SERVICE;STATE;OUTPUT",
  ],
  'a state that is none': [
    withAction('submit web01;Disk;BAD;full'),
    "5: Invalid state 'BAD' for a check result; expected 0 to 3, or OK, WARNING, CRITICAL or UNKNOWN",
  ],
  'an action of a rule that has none': [
    'type=Suppress\nptype=RegExp\npattern=sshd\nscript=/bin/true\n',
    "4: Keyword 'script' illegal (not allowed for SUPPRESS rule); it belongs to rules of type SingleWithScript",
  ],
  'words between contexts': [
    withContext('A and B'),
    "5: Invalid context expression ' A and B '; expected names of contexts with !, &&, || and parentheses",
  ],
  'an open parenthesis around contexts': [
    withContext('(A || B'),
    "5: Invalid context expression ' (A || B '; expected names of contexts with !, &&, || and parentheses",
  ],
  'a window with a unit': [
    counting('window=5m\nthresh=3\n'),
    "6: Invalid time window ' 5m '; expected a whole number of seconds, at least 1",
  ],
  'a threshold of nothing': [
    counting('window=5\nthresh=0\n'),
    "7: Invalid threshold ' 0 '; expected a whole number of events, at least 1",
  ],
  'a continue value that is none': [
    single('continue=Yes\naction=none\n'),
    "5: Invalid continue value 'Yes'; expected TakeNext, DontCont, EndMatch or GoTo LABEL",
  ],
  'a label that is missing': [
    single('continue=GoTo there\naction=none\n'),
    '5: warning: label there does not exist, assuming continue=DontCont',
  ],
  'a set that is missing': [
    'type=Jump\nptype=RegExp\npattern=sshd\ncfset=logins\n',
    "4: warning: no rule file joins the set 'logins'; a file joins a set with an Options rule: joincfset=NAME",
  ],
  'four fields of time': [
    calendar('0 8 * *'),
    '2: Wrong number of elements in time specification; expected MINUTE HOUR DAY MONTH WEEKDAY [YEAR]',
  ],
  'the name of a day': [
    calendar('0 8 * * mon'),
    "2: Invalid weekday specification 'mon'; expected numbers from 0 to 7, *, ranges, and steps of ranges, separated by commas",
  ],
  'more groups than there are': [
    withAction('write - $1 from $2 by $+{tool}'),
    '5: warning: $2 is always empty: the pattern has 1 group',
    '5: warning: $+{tool} is always empty: neither pattern nor varmap has this name',
  ],
  'a group where there is none': [
    'type=Single\nptype=RegExp\npattern=sshd\ndesc=$1\naction=none\n',
    '4: warning: $1 is always 1: the pattern has 0 groups',
  ],
  'a group of a substring': [
    "type=Single\nptype=SubStr\npattern=sshd\ndesc=$1\naction=shellcmd awk '{print $1}'\n",
    '4: warning: $1 stays as it is: patterns of type SubStr have no match variables',
  ],
  'a file without rules': ['# later\n', 'warning: No valid rules found in configuration file FILE'],
};

for (const [name, [text, ...expected]] of Object.entries(mistakes)) {
  test(name, (t) => {
    const file = path.join(tempDir(t), 'r.sec');
    writeFileSync(file, text, 'latin1');
    const language = { perl: undefined, extensions: testExtensions };
    const { files, problems } = checkRules(new RuleSet(file, { file }, language), true);
    const isEmpty = files.every(({ rules }) => rules.length === 0);
    const noRules = 'warning: No valid rules found in configuration file FILE';
    const told = problems.map(({ severity, place, message }) => {
      const line = 'line' in place ? `${place.line}: ` : '';
      return `${line}${severity === 'warning' ? 'warning: ' : ''}${message.replace(file, 'FILE')}`;
    });
    const wanted = isEmpty && !expected.includes(noRules) ? [...expected, noRules] : expected;
    assert.deepEqual(told, wanted);
  });
}
