import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCaseFile } from '../../../../agent/simulate/case-file.ts';

test('a case with all parts', () => {
  const text = [
    'type=Single',
    '=== file a.log',
    'one',
    '=== file b.log',
    '=== args',
    '--oracle-tail  --input=a.log',
    '--input=b.log',
    '=== input',
    'line',
    '@+1',
    '',
  ].join('\n');
  const { rules, files, args, scenario, scenarioAfter } = readCaseFile(text);
  assert.equal(rules, 'type=Single\n');
  assert.deepEqual(
    [...files],
    [
      ['a.log', 'one\n'],
      ['b.log', ''],
    ],
  );
  assert.deepEqual(args, ['--oracle-tail', '--input=a.log', '--input=b.log']);
  assert.equal(scenario, 'line\n@+1\n');
  assert.equal(scenarioAfter, 8);
});

test('a case without a scenario, and an empty one', () => {
  assert.equal(readCaseFile('type=Single\n').scenario, '');
  assert.deepEqual(readCaseFile('').args, []);
});

test('what only looks like the head of a part belongs to the part', () => {
  assert.equal(readCaseFile('===\n==== input\n === args\n').rules, '===\n==== input\n === args\n');
});
