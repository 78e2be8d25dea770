import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';

/*
 * The same rules and the same lines through the real SEC and through nagtail:
 * the lines that `write -` gives must be the same bytes.
 */

const sec = peer('sec');

interface Case {
  readonly name: string;
  /** Texts of rule files, one character a byte. */
  readonly rules: readonly string[];
  readonly lines: readonly string[];
}

const example = path.resolve(import.meta.dirname, '../../config/rules/login-failures.sec');

/** A rule that writes what it got when the pattern matches; the line goes on. */
const rule = (pattern: string, text: string, type = 'RegExp', more = '') =>
  `type=Single\nptype=${type}\npattern=${pattern}\ndesc=a match\ncontinue=TakeNext\naction=write - ${text}\n${more}\n`;

const cases: readonly Case[] = [
  {
    name: "the example's login rule",
    rules: [
      readFileSync(example, 'latin1').replaceAll('shellcmd submit_check_result', 'write - result'),
    ],
    lines: [
      'Nov 15 04:02:24 foohost login: 1 LOGIN FAILURE ON ttyp2',
      'Nov 15 04:02:24 foohost login: 2 LOGIN FAILURES ON ttyp2 FROM 192.0.2.1',
      'Nov  5 04:02:24 foohost login: ROOT LOGIN ON ttyp2',
      'Nov 15 04:02:24 foohost login: FAILURE ON FAILURE ON x; `rm` $HOME %s "q"',
    ],
  },
  {
    name: 'Suppress, and what goes on in the next file',
    rules: [
      `type=Suppress\nptype=SubStr\npattern=noise\n\ntype=Suppress\nptype=RegExp\npattern=^hum\\d\ndesc=hum\n\n${rule('(.*)', 'first $1')}`,
      rule('(.*)', 'second $1'),
    ],
    lines: ['signal', 'some noise here', 'hum1', 'hum', ''],
  },
  {
    name: 'escapes of SubStr',
    rules: [
      ['a\\tb', 'a\\sb', 'a\\\\b', 'a\\nb', 'a\\0b', 'a\\rb', 'a\\xb', '\\s\\sa', '(a|b)']
        .map((pattern, index) => rule(pattern, `rule ${index}: %s`, 'SubStr'))
        .join('\n'),
    ],
    lines: ['a\tb', 'a b', 'a\\b', 'a\\nb', 'ab', 'a\rb', 'a\\xb', '  a', 'x(a|b)y', 'a'],
  },
  {
    name: 'values of continue',
    rules: [
      [
        'type=Single\nptype=SubStr\npattern=next\ncontinue=takenext\ndesc=n\naction=write - 1 next\n',
        'type=Single\nptype=SubStr\npattern=stop\ncontinue=DontCont\ndesc=s\naction=write - 2 stop\n',
        'type=Single\nptype=SubStr\npattern=end\ncontinue=EndMatch\ndesc=e\naction=write - 3 end\n',
        'type=Single\nptype=SubStr\npattern=jump\ncontinue=GoTo there\ndesc=j\naction=write - 4 jump\n',
        'type=Single\nptype=SubStr\npattern=back\ncontinue=GoTo here\ndesc=b\naction=write - 5 back\n',
        'type=Single\nptype=SubStr\npattern=lost\ncontinue=GoTo nowhere\ndesc=l\naction=write - 6 lost\n',
        'label=here\ntype=Single\nptype=RegExp\npattern=.\ncontinue=TakeNext\ndesc=h\naction=write - 7 here\n',
        'type=Single\nptype=RegExp\npattern=.\ndesc=m\naction=write - 8 missed\n',
        'label=there\ntype=Single\nptype=RegExp\npattern=(.*)\ndesc=t\naction=write - 9 there $1\n',
      ].join('\n'),
      rule('(.*)', 'next file $1'),
    ],
    lines: ['next', 'stop', 'end', 'jump', 'back', 'lost', 'plain', 'next stop', 'next jump end'],
  },
  {
    name: 'match variables: numbers, braces, $0, $$, unset and missing ones',
    rules: [
      rule(
        '(a)(b)?(c)',
        `[$1] [$2] [$3] [\${1}0] [$10] [$0] [$$1] [$$] [$4] [$x] [$] [$+{_inputsrc}]`,
      ),
      rule('x(y)', `$1$1 \${1}\${1} 100% %% %1 %`),
      rule('^nothing captured', '[$1] [$2] [$0]'),
      rule('^no variables', '[$1] [$$] [$0]', 'SubStr'),
    ],
    lines: ['abc', 'ac', 'zacz', 'xy', 'xy %s %t $1', 'nothing captured here', 'no variables'],
  },
  {
    name: 'named groups',
    rules: [
      rule('(?<user>\\w+)@(?<host>[\\w.]+)', '$+{user} at $+{host} [$+{none}] [$1] [$+{1}]'),
      rule('(?<a>x)|(?<a>y)', 'a=$+{a} $1 $2'),
    ],
    lines: ['mail from alice@example.com', 'x', 'y', 'y@z'],
  },
  {
    name: 'action variables',
    rules: [
      'type=Single\nptype=RegExp\npattern=(.*)\ndesc=about $1\naction=write - %s|%{s}|%%s|%.tab|%{.nl}|%.sp.|%x|%{y}|% |%',
      rule('^time', '%u %.year %.hmsstr %.wdaystr %{.mdaystr} %.tzoff'),
    ],
    lines: ['plain', 'with %s and %%', 'with $1 and $$', '100%'],
  },
  {
    name: 'several actions, parentheses, semicolons, default texts',
    rules: [
      [
        'type=Single\nptype=RegExp\npattern=^one (.*)\ndesc=the first $1\naction=write -; write - (a; b); none; logonly; write - \\(c\\) ; write - (d) e',
        'type=Single\nptype=RegExp\npattern=^two\ndesc=the second\naction=write - ((a) (b)) ;write - "q; write - z;',
      ].join('\n\n'),
    ],
    lines: ['one', 'one more', 'two'],
  },
  {
    name: 'rules that are dropped, and those that are not',
    rules: [
      [
        'type=Single\nptype=RegExp\npattern=(unclosed\ndesc=d\naction=write - 1',
        'type=Single\nptype=RegExp\npattern=(.*)\naction=write - 2: no desc',
        'type=Sinlge\nptype=RegExp\npattern=(.*)\ndesc=d\naction=write - 3: no such type',
        'type=Single\nptype=RegExp\npattern=(.*)\ndesc=d\naction=wirte - 4',
        'type=Single\nptype=RegExp\npattern=(.*)\ndesc=d\nwindow=5\naction=write - 5: window is not allowed',
        'type=Single\nptype=RegExp\npattern=(.*)\ndesc=d\naction=write - (6',
        'type=single\nptype=regexp\npattern=x\npattern=(.*)\ndesc=d\ncontinue=TakeNext\naction=write - 7: the last pattern counts $1',
        'type=Single\nrem=a remark\nptype=RegExp\npattern=(.*)\ndesc=d\ncontinue=TakeNext\naction=write - 8: \\\n   continued $1',
        'type=Single\nptype=RegExp\npattern=(.*)\ndesc=d\n# a comment ends the rule\naction=write - 9',
        'type=Single\nptype=RegExp\npattern=(.*)\ndesc=d\ncontinue=Perhaps\naction=write - 10',
        'TYPE=Single\nptype=RegExp\npattern=(.*)\ndesc=d\naction=write - 11',
        '  type = Single\n\tptype =RegExp\npattern= (.*)  \ndesc=d\naction=write -   12 $1  ',
      ].join('\n\n'),
    ],
    lines: ['a line', '', '  blanks  '],
  },
  {
    name: 'bytes above 127 and control characters',
    rules: [
      rule('(\xc3\xa4|\xe4)(.)', '<$1> <$2> \xff'),
      rule('\\x{fc}', 'one byte fc'),
      rule('^([[:print:]]+)$', 'printable $1'),
    ],
    lines: ['\xc3\xa4x', '\xe4\xf6', '\xfc', 'a\x01b\x7f', 'caf\xc3\xa9', 'plain'],
  },
];

/** Runs the real SEC on standard input, and gives what it wrote to standard output. */
function linesOfSec(t: TestContext, { rules, lines }: Case): string {
  const folder = tempDir(t);
  const configs = rules.map((text, index) => {
    const file = path.join(folder, `${index}.sec`);
    writeFileSync(file, text, 'latin1');
    return `--conf=${file}`;
  });
  const input = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
  const options = ['--input=-', '--notail', `--log=${path.join(folder, 'sec.log')}`];
  const { stdout, status } = spawnSync(sec.path, [...configs, ...options], { input });
  assert.equal(status, 0);
  return stdout.toString('latin1');
}

/** Runs the agent on standard input to its end. */
async function linesOfNagtail(t: TestContext, { rules, lines }: Case): Promise<string> {
  // These rules report nothing, so that no receiver is asked for.
  const port = await freePort();
  const files = new AgentFiles(t, { port, rules, input: '-' });
  const input = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
  const agent = files.start(input);
  assert.deepEqual(await agent.ended, { code: 0, signal: null });
  return agent.stdout;
}

/** Times in what is written, blanked: the two programs do not run in the same second. */
function withoutTimes(text: string): string {
  return text.replace(/\b1[0-9]{9}\b/g, 'UNIXTIME').replace(/\b\d\d:\d\d:\d\d\b/g, 'HH:MM:SS');
}

describe('nagtail writes what the real SEC writes', { skip: sec.skip, concurrency: 2 }, () => {
  for (const one of cases) {
    test(one.name, async (t) => {
      const expected = withoutTimes(linesOfSec(t, one));
      assert.notEqual(expected, '');
      assert.equal(withoutTimes(await linesOfNagtail(t, one)), expected);
    });
  }
});
