import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readScenario } from '../../../../agent/simulate/scenario.ts';
import { Program } from '../../../support/program.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('every kind of step', () => {
  const text = [
    'a line',
    '@@ a line that begins with @',
    '@# a comment',
    '@+5',
    '@skip 3',
    '@jump -20',
    '@at 1700000000',
    '@at 2024-02-03 04:05:06',
    '@batch',
    'one',
    '@@two',
    '@end',
    '@partial ab',
    '@in a.log text of it',
    '@sh mv a b',
    '@signal HUP',
    '@idle 3',
    '@eof',
    'never',
  ].join('\n');
  assert.deepEqual(readScenario(text), {
    steps: [
      { kind: 'lines', lines: ['a line'] },
      { kind: 'lines', lines: ['@ a line that begins with @'] },
      { kind: 'wait', seconds: 5 },
      { kind: 'skip', seconds: 3 },
      { kind: 'jump', seconds: -20 },
      { kind: 'wait until', time: 1_700_000_000 },
      { kind: 'wait until', time: [2024, 2, 3, 4, 5, 6] },
      { kind: 'lines', lines: ['one', '@two'] },
      { kind: 'partial', text: 'ab' },
      { kind: 'append', file: 'a.log', text: 'text of it' },
      { kind: 'shell', command: 'mv a b' },
      { kind: 'signal', name: 'HUP' },
      { kind: 'idle', rounds: 3 },
      { kind: 'end' },
    ],
  });
});

for (const bad of ['@', '@+', '@wait 3', '@skip x', '@at noon', '@in a.log', '@idle x']) {
  test(`not a directive: ${bad}`, () => {
    const reading = readScenario(`fine\n${bad}\n`);
    if (bad === '@') assert.ok('steps' in reading);
    else assert.ok('line' in reading && reading.line === 2 && reading.message.includes(bad));
  });
}

test('a bad line of a case is told with its line in the file', async (t) => {
  const file = path.join(tempDir(t), 'bad.case');
  const rule = 'type=Single\nptype=RegExp\npattern=x\ndesc=d\naction=none\n';
  writeFileSync(file, `${rule}=== input\nx\n@nonsense\n`);
  const { code, stderr } = await Program.run(t, 'nagtail', ['simulate', file]);
  assert.equal(code, 1);
  assert.match(stderr, /bad\.case:8: unknown directive: @nonsense/);
});
