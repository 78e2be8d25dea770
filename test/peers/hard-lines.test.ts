import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { bytesOf } from '../../protocol/byte-string.ts';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { peer } from '../support/peers.ts';
import { Program } from '../support/program.ts';
import { SecRun, secPrograms } from '../support/sec-run.ts';
import { tempDir } from '../support/temp-dir.ts';

/* Lines of any bytes and of any length, through every program that reads lines. */

const allBytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte))
  .join('')
  .replace('\n', '');

const mebibyte = 1024 * 1024;

const lines = [
  allBytes,
  '\0',
  '',
  'a\0b\0',
  '\r',
  '\xff\xfe broken \xc3 UTF-8 \xe2\x82',
  `x${allBytes.repeat(mebibyte / allBytes.length)}`.slice(0, mebibyte),
  'short again',
  '\0'.repeat(mebibyte),
  'the last',
];

const input = lines.map((line) => `${line}\n`).join('');

/** Prints each line, and again by a pattern over two lines. */
const rules = `
type=Single
ptype=RegExp
pattern=^([\\s\\S]*)$
continue=TakeNext
desc=line
action=write - $1

type=Single
ptype=RegExp2
pattern=^([^\\n]*)\\n(short|the)
desc=two
action=write - before $2: $1
`;

/** What rules print for lines. */
function printedFor(all: readonly string[]): string {
  return all
    .flatMap((line, index) => {
      const word = /^(?:short|the)/.exec(line)?.[0];
      return word === undefined ? [line] : [line, `before ${word}: ${all[index - 1] ?? ''}`];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** As assert.equal, for texts of megabytes. */
function assertSame(actual: string, expected: string): void {
  const text = (all: string) => JSON.stringify(all.slice(Math.max(0, at - 40), at + 40));
  let at = 0;
  while (at < expected.length && actual[at] === expected[at]) at++;
  if (actual === expected) return;
  assert.fail(`byte ${at} of ${expected.length}: ${text(actual)} and not ${text(expected)}`);
}

function rulesIn(t: TestContext): string {
  const folder = tempDir(t);
  writeFileSync(path.join(folder, 'r.sec'), rules);
  return folder;
}

for (const program of secPrograms) {
  test(`hard lines through ${program}`, { skip: peer('sec').skip }, async (t) => {
    const folder = rulesIn(t);
    const args = ['--conf=r.sec', '--input=-', '--notail', '--log=log', '--debug=4'];
    const run = new SecRun(t, program, { folder, args, input });
    assert.deepEqual(await run.ended, { code: 0, signal: null });
    assertSame(run.stdout, printedFor(lines));
  });
}

test('hard lines through nagtail simulate', async (t) => {
  const folder = rulesIn(t);
  writeFileSync(path.join(folder, 'scenario'), bytesOf(input));
  const args = ['simulate', `--conf=${folder}/r.sec`, path.join(folder, 'scenario')];
  const { code, stdout, stderr } = await Program.run(t, 'nagtail', args);
  assert.deepEqual([code, stderr], [0, '']);
  const printed = stdout.split('\n').filter((line) => line.startsWith('    +0 > '));
  assertSame(
    printed.map((line) => `${line.slice('    +0 > '.length)}\n`).join(''),
    printedFor(lines),
  );
});

test('hard lines through nagtail run; what is too long loses its end', async (t) => {
  const port = await freePort();
  for (const limit of [mebibyte, 5000]) {
    const inputSettings = limit === mebibyte ? [] : [`max_line_bytes = ${limit}`];
    const files = new AgentFiles(t, { port, rules: [rules], input: '-', inputSettings });
    const agent = files.start(Buffer.from(bytesOf(`${input}${'long'.repeat(mebibyte)}\nend\n`)));
    assert.deepEqual(await agent.ended, { code: 0, signal: null });
    const seen = [...lines, 'long'.repeat(mebibyte), 'end'].map((line) => line.slice(0, limit));
    assertSame(agent.stdout, printedFor(seen));
  }
});
