import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AgentFiles } from '../../../support/agent-files.ts';
import { freePort } from '../../../support/free-port.ts';
import { Program } from '../../../support/program.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/* A host without perl: rules that need it are dropped by name, the others run. */

const environment = { NAGTAIL_PERL: '/nowhere/perl' };

const rule = (keywords: string) => `type=Single\n${keywords}\ncontinue=TakeNext\ndesc=d\n\n`;

const rules = [
  rule('ptype=PerlFunc\npattern=sub { 1 }\naction=write - no'),
  rule('ptype=RegExp\npattern=^(.)\naction=write - first $1'),
  rule('ptype=RegExp\npattern=.\ncontext==( 1 )\naction=write - no'),
  rule('ptype=RegExp\npattern=.\naction=eval %v 1; write - no'),
  rule('ptype=RegExp\npattern=(?(?=a)a|b)\naction=write - no'),
  rule('ptype=RegExp\npattern=(.)$\naction=write - last $1'),
].join('');

/** What is told of each of the rules that are dropped. */
const told = [
  /function 'sub \{ 1 \}' needs Perl/,
  /context expression '=\( 1 \)' needs Perl/,
  /action 'eval' needs Perl/,
  /Regular expression '\(\?\(\?=a\)a\|b\)' needs Perl/,
];

const printed = 'first a\nlast z\n';

function ruleFile(folder: string): string {
  const file = path.join(folder, 'r.sec');
  writeFileSync(file, rules);
  return file;
}

test('nagtail run without perl', async (t) => {
  const files = new AgentFiles(t, { port: await freePort(), rules: [rules], input: '-' });
  const agent = files.start(Buffer.from('abz\n'), environment);
  assert.deepEqual(await agent.ended, { code: 0, signal: null });
  assert.equal(agent.stdout, printed);
  const messages = agent
    .records('RULE_PROBLEM')
    .map(({ message }) => String(message))
    .filter((message) => message.includes('needs Perl'));
  for (const [index, line] of [3, 18, 26, 32].entries()) {
    assert.match(messages[index] ?? '', told[index] ?? /$^/);
    assert.match(messages[index] ?? '', new RegExp(`0\\.sec:${line}: `));
  }
});

test('nagtail simulate and nagtail sec without perl', async (t) => {
  const folder = tempDir(t);
  const conf = `--conf=${ruleFile(folder)}`;
  const scenario = path.join(folder, 'scenario');
  writeFileSync(scenario, 'abz\n');
  const simulated = await Program.run(t, 'nagtail', ['simulate', conf, scenario], { environment });
  const output = simulated.stdout.split('\n').filter((line) => line.startsWith('    +0 > '));
  assert.equal(output.map((line) => `${line.slice(9)}\n`).join(''), printed);
  const log = path.join(folder, 'log');
  const words = ['sec', conf, '--input=-', '--notail', '--debug=4', `--log=${log}`, '--testonly'];
  const tested = await Program.run(t, 'nagtail', words, { environment });
  assert.equal(tested.code, 1);
  const ran = await Program.run(t, 'nagtail', words.slice(0, -1), {
    environment,
    input: Buffer.from('abz\n'),
  });
  assert.deepEqual([ran.code, ran.stdout], [0, printed]);
  for (const pattern of told) {
    assert.match(simulated.stdout, pattern);
    assert.match(tested.stderr, pattern);
  }
});
