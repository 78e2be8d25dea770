import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  filePath,
  oneOf,
  optionalPath,
  optionalPort,
  optionalText,
  pathList,
  port,
  seconds,
  text,
  wholeNumber,
  wordList,
  yesNo,
} from '../../../platform/config-keys.ts';
import { type Key, readSection, reportUnknownSections } from '../../../platform/config-schema.ts';
import { parseIni } from '../../../platform/ini-file.ts';
import { formatProblem, ProblemList } from '../../../platform/problem.ts';

/** Reads `[s]` with these lines by a table. */
function readLines(lines: string, table: Readonly<Record<string, Key<unknown>>>) {
  const { sections } = parseIni(`[s]\n${lines}`, 'x.ini');
  const problems = new ProblemList();
  const [section] = sections;
  assert.ok(section);
  const read = readSection(section, table, { folder: '/etc/x' }, problems);
  return { values: read?.values, problems: problems.all.map(formatProblem) };
}

const good: readonly (readonly [Key<unknown>, string, unknown])[] = [
  [text(''), 'a b', 'a b'],
  [optionalText(''), '', undefined],
  [filePath(''), 'sub/file', '/etc/x/sub/file'],
  [filePath(''), '../file', '/etc/file'],
  [filePath(''), '/abs', '/abs'],
  [optionalPath(''), 'f', '/etc/x/f'],
  [optionalPath(''), '', undefined],
  [pathList(''), 'a, /b,', ['/etc/x/a', '/b']],
  [yesNo(''), 'Yes', true],
  [yesNo(''), 'off', false],
  [yesNo(''), '1', true],
  [wholeNumber('', { min: 1, max: 9, unit: 'x' }), '9', 9],
  [port(''), '0', 0],
  [port(''), '65535', 65535],
  [optionalPort(''), '80', 80],
  [seconds('', { min: 0, max: 9 }), '0', 0],
  [oneOf('', ['a', 'b']), 'b', 'b'],
  [wordList(''), 'a, b ,,c', ['a', 'b', 'c']],
  [wordList(''), '', []],
];

for (const [key, value, expected] of good) {
  test(`'${value}' gives ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(readLines(`key = ${value}`, { key }), {
      values: { key: expected },
      problems: [],
    });
  });
}

const bad: readonly (readonly [Key<unknown>, string, string])[] = [
  [text(''), '', 'a text that is not empty'],
  [filePath(''), '', 'a path'],
  [yesNo(''), 'maybe', "yes or no, found 'maybe'"],
  [seconds('', { min: 1, max: 9 }), '0', "a whole number of seconds from 1 to 9, found '0'"],
  [seconds('', { min: 1, max: 9 }), '5.5', "a whole number of seconds from 1 to 9, found '5.5'"],
  [seconds('', { min: 1, max: 9 }), '-1', "a whole number of seconds from 1 to 9, found '-1'"],
  [port(''), '65536', "a port number from 0 to 65535, found '65536'"],
  [port(''), 'nsca', "a port number from 0 to 65535, found 'nsca'"],
  [oneOf('', ['a', 'b']), 'c', "a or b, found 'c'"],
];

for (const [key, value, expected] of bad) {
  test(`'${value}' is refused: ${expected}`, () => {
    assert.deepEqual(readLines(`key = ${value}`, { key }), {
      values: undefined,
      problems: [`x.ini:2: key: expected ${expected}`],
    });
  });
}

test('defaults hold for absent keys; a key without one must be given', () => {
  const table = { a: port('', { otherwise: 7 }), b: optionalText(''), c: text('what c is') };
  assert.deepEqual(readLines('c = 1', table).values, { a: 7, b: undefined, c: '1' });
  assert.deepEqual(readLines('', table).problems, ["x.ini:1: [s] needs 'c': what c is"]);
});

test('every unknown key is told, with the nearest known one', () => {
  const table = { password_file: optionalText(''), port: port('', { otherwise: 1 }) };
  assert.deepEqual(readLines('pasword_file = a\nPort = 1\ncolour = red', table).problems, [
    "x.ini:2: unknown key 'pasword_file' in [s]; did you mean 'password_file'?",
    "x.ini:3: unknown key 'Port' in [s]; did you mean 'port'?",
    "x.ini:4: unknown key 'colour' in [s]",
  ]);
});

test('variables of the environment', (t) => {
  const names = ['NAGTAIL_TEST_A', 'NAGTAIL_TEST_B'];
  t.after(() => {
    for (const name of names) delete process.env[name];
  });
  process.env['NAGTAIL_TEST_A'] = 'one';
  // What a variable holds is not expanded again.
  process.env['NAGTAIL_TEST_B'] = ['$', '{NAGTAIL_TEST_A};#'].join('');
  const value = (given: string) => readLines(`key = ${given}`, { key: text('') });
  const a = ['$', '{NAGTAIL_TEST_A}'].join('');
  const b = ['$', '{NAGTAIL_TEST_B}'].join('');
  assert.deepEqual(value(`x${a}y${a}`).values, { key: 'xoneyone' });
  assert.deepEqual(value(b).values, { key: `${a};#` });
  assert.deepEqual(value(`$${a}`).values, { key: a });
  assert.deepEqual(value('$HOME $1').values, { key: '$HOME $1' });
  const none = ['$', '{NAGTAIL_TEST_NONE}'].join('');
  assert.deepEqual(value(`${a}/${none}`).problems, [
    'x.ini:2: key: the environment has no variable NAGTAIL_TEST_NONE; set it, or write $$' +
      '{ for a literal $' +
      '{',
  ]);
});

test('sections: unknown kinds, missing and superfluous names', () => {
  const problems = new ProblemList();
  const file = parseIni('[agent]\n[agnet]\n[input]\n[agent.x]\n[input.a]\n[zzzzzzzz]\n', 'x.ini');
  reportUnknownSections(file, { agent: 'single', input: 'named' }, problems);
  assert.deepEqual(problems.all.map(formatProblem), [
    "x.ini:2: unknown section [agnet]; did you mean 'agent'?",
    'x.ini:3: [input] needs a name: [input.NAME]',
    'x.ini:4: [agent] takes no name',
    'x.ini:6: unknown section [zzzzzzzz]',
  ]);
});
