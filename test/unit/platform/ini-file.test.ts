import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIni } from '../../../platform/ini-file.ts';
import { formatProblem } from '../../../platform/problem.ts';

/** The value of `key` in `[s]`, or the problem. */
function read(value: string): string {
  const { sections, problems } = parseIni(`[s]\nkey = ${value}\n`, 'x.ini');
  const [problem] = problems;
  if (problem !== undefined) return formatProblem(problem);
  return sections[0]?.values.get('key')?.text ?? 'no value';
}

const values: readonly (readonly [string, string])[] = [
  ['plain', 'plain'],
  ['two words', 'two words'],
  ['', ''],
  ['a=b=c', 'a=b=c'],
  ['5667 ; the usual one', '5667'],
  ['5667 # the usual one', '5667'],
  ['a\\;b', 'a;b'],
  ['a\\#b', 'a#b'],
  ['C:\\path', 'C:\\path'],
  ['"a;b # c"', 'a;b # c'],
  ["'a;b # c'", 'a;b # c'],
  ['" blanks "', ' blanks '],
  ['"back\\\\slash \\" quote"', 'back\\slash " quote'],
  ['true', 'true'],
  ['null', 'null'],
  ["'1e3'", '1e3'],
  ["'a\\d'", 'a\\d'],
  ["''", ''],
  [
    '"a\\d"',
    'x.ini:2: key: within double quotes write \\\\ for a backslash and \\" for a quote, or use single quotes',
  ],
  [
    '"a" "b"',
    'x.ini:2: key: within double quotes write \\\\ for a backslash and \\" for a quote, or use single quotes',
  ],
  ['0123', '0123'],
  ['*', '*'],
  ['\\S+\\s+\\d+', '\\S+\\s+\\d+'],
  [
    'a;b',
    "x.ini:2: key: ';' starts a comment in this format: put the value in double quotes, or write \\;",
  ],
  [
    'abc#1',
    "x.ini:2: key: '#' starts a comment in this format: put the value in double quotes, or write \\#",
  ],
  ['"open', 'x.ini:2: key: the quote " is not closed'],
  ['"a" b', 'x.ini:2: key: text behind the closing quote: put comments on their own line'],
];

for (const [value, expected] of values) {
  test(`the value ${JSON.stringify(value)}`, () => {
    assert.equal(read(value), expected);
  });
}

test('sections: the first dot ends the kind, comments and blanks around do not matter', () => {
  const text =
    '; c\n[agent]\n# c\n  [identity.web01.example.com]  ; c\n a = 1\n\n[input.x y]\r\nb=2\r\n';
  const { sections, problems } = parseIni(text, 'x.ini');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    sections.map(({ kind, name, place, values }) => [
      kind,
      name,
      place.line,
      [...values].map(([key, value]) => [key, value.text, value.place.line]),
    ]),
    [
      ['agent', '', 2, []],
      ['identity', 'web01.example.com', 4, [['a', '1', 5]]],
      ['input', 'x y', 7, [['b', '2', 8]]],
    ],
  );
});

const bad: readonly (readonly [string, readonly string[]])[] = [
  ['a = 1\n[s]\n', ['x.ini:1: a key before the first [section]']],
  ['[s]\na = 1\nb = 2\na = 3\n', ["x.ini:4: key 'a' is already in line 2"]],
  ['[s]\na = 1\n[t]\n[s]\nb = 1\n', ['x.ini:4: section [s] is already in line 1']],
  ['[s]\nlonely\n', ["x.ini:2: 'lonely' has no value; expected KEY = VALUE"]],
  ['[s\na = 1\n', ["x.ini:1: '[s' is not a section; expected [kind] or [kind.NAME]"]],
  ['[s] x\n', ["x.ini:1: '[s] x' is not a section; expected [kind] or [kind.NAME]"]],
];

for (const [text, expected] of bad) {
  test(`bad: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseIni(text, 'x.ini').problems.map(formatProblem), expected);
  });
}

test('the first of two values is the one that counts', () => {
  const { sections } = parseIni('[s]\na = 1\na = 2\n', 'x.ini');
  assert.equal(sections[0]?.values.get('a')?.text, '1');
});

test('names that objects have by themselves are ordinary keys', () => {
  const { sections, problems } = parseIni('[s]\nconstructor = 1\ntoString = 2\n', 'x.ini');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [...(sections[0]?.values ?? [])].map(([key, { text }]) => [key, text]),
    [
      ['constructor', '1'],
      ['toString', '2'],
    ],
  );
});
