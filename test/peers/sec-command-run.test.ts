import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makeFifo } from '../support/fifo.ts';
import { peer } from '../support/peers.ts';
import { comparableLog, type SecProgramName, SecRun, secPrograms } from '../support/sec-run.ts';
import { tempDir } from '../support/temp-dir.ts';

/* `nagtail sec` run to its end, as the real SEC: the same output, log and exit code. */

const sec = peer('sec');

const rules = `
type=Single
ptype=RegExp
pattern=^a (\\S+)
desc=got $1
action=write - %s; write out.txt %s; logonly told of $1

type=SingleWithThreshold
ptype=RegExp2
pattern=^b (\\S+)\\n^c
desc=b $1
action=write - B $1
window=10
thresh=2

type=Single
ptype=RegExp
pattern=^sh (.+)
desc=sh $1
action=shellcmd $1

type=Single
ptype=RegExp
pattern=^(SEC_\\S+)
desc=event $1
action=write - %s
`;

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

const lines = 'a 1\na 2\nb x\nc\nb x\nc\nend without newline';

const cases: readonly Case[] = [
  { name: 'a file', args: ['--conf=r.sec', '--input=in'] },
  { name: 'standard input', args: ['--conf=r.sec', '--input=-'], input: lines },
  {
    name: 'several inputs',
    args: ['--conf=r.sec', '--input=in*', '--input=missing'],
    files: { in2: 'a 3\na 4\n' },
  },
  {
    name: 'several rule files, some wrong',
    args: ['--conf=*.sec', '--conf=none.sec', '--input=in'],
    files: {
      'x.sec':
        'foo\n\ntype=Single\nptype=Bogus\npattern=x\ndesc=x\naction=none\n\ntype=Single\nptype=RegExp\npattern=x\npattern=y\ndesc=x\naction=none\nbar=1\n',
      'y.sec': '# nothing\n',
    },
  },
  { name: 'internal events', args: ['--conf=r.sec', '--input=in', '--intevents', '--nochildterm'] },
  { name: 'a small buffer', args: ['--conf=r.sec', '--input=in', '--bufsize=1'] },
  {
    name: 'a joint buffer',
    args: ['--conf=r.sec', '--input=in', '--input=in2', '--jointbuf'],
    files: { in2: 'c\n' },
  },
  { name: 'level 3', args: ['--conf=r.sec', '--conf=none.sec', '--input=in', '--debug=3'] },
  {
    name: 'a resource file',
    args: ['--conf=r.sec'],
    files: { rc: '# options\n --input=in\n\n--debug=4\n--unknown\n' },
    environment: { SECRC: 'rc' },
  },
  {
    name: 'a resource file that is not there',
    args: ['--conf=r.sec', '--input=in'],
    environment: { SECRC: 'rc' },
  },
  {
    name: 'wrong arguments',
    args: ['--conf=r.sec', '--input=in', '--debug=9', 'what', '--cleantime=x'],
  },
  { name: 'a log that cannot be opened', args: ['--conf=r.sec', '--input=in', '--log=none/log'] },
  {
    name: 'a pid file that cannot be written',
    args: ['--conf=r.sec', '--input=in', '--pid=none/pid'],
  },
  { name: 'an unknown user', args: ['--conf=r.sec', '--input=in', '--user=no-such-user'] },
  { name: 'a group without a user', args: ['--conf=r.sec', '--input=in', '--group=nogroup'] },
  { name: 'nothing at all', args: [] },
];

/** Runs a program to its end in a folder of its own. */
async function run(
  t: TestContext,
  program: SecProgramName,
  { args, input, files = {}, environment = {} }: Case,
) {
  const folder = tempDir(t);
  for (const [name, text] of Object.entries({ 'r.sec': rules, in: lines, ...files })) {
    writeFileSync(path.join(folder, name), text, 'latin1');
  }
  const given = ['--log=log', ...args, '--notail'];
  const ran = new SecRun(t, program, {
    folder,
    args: given,
    environment,
    ...(input === undefined ? {} : { input }),
  });
  const end = await ran.ended;
  const out = spawnSync('cat', [path.join(folder, 'out.txt')], { encoding: 'latin1' }).stdout;
  return { ...end, stdout: ran.stdout, stderr: ran.stderr, log: comparableLog(ran.log), out };
}

describe('a run to its end is as with SEC', { skip: sec.skip }, () => {
  for (const one of cases) {
    test(one.name, async (t) => {
      const [expected, actual] = await Promise.all(secPrograms.map((name) => run(t, name, one)));
      assert.deepEqual(actual, expected);
    });
  }
});

const checks: readonly (readonly [name: string, rules: string, args?: readonly string[]])[] = [
  ['valid rules', rules],
  ['no rules', ''],
  ['a keyword twice', 'type=Single\nptype=RegExp\nptype=RegExp\npattern=x\ndesc=a\naction=none\n'],
  [
    'a label that is missing',
    'type=Single\nptype=RegExp\npattern=x\ndesc=a\naction=none\ncontinue=GoTo X\n',
  ],
  ['a line that is none', 'foo\ntype=Single\nptype=RegExp\npattern=x\ndesc=a\naction=none\n'],
  ['a bad pattern', 'type=Single\nptype=RegExp\npattern=(\ndesc=a\naction=none\n'],
  ['a bad action', 'type=Single\nptype=RegExp\npattern=x\ndesc=a\naction=submit a;b;c;d\n'],
  ['a missing keyword', `type=Single\nptype=RegExp\npattern=x\naction=none\n\n${rules}`],
  ['a pattern over too many lines', rules, ['--bufsize=1']],
  ['a file that is missing', rules, ['--conf=none']],
  ['a pattern of files without a match', rules, ['--conf=none*']],
];

describe('--testonly is as with SEC', { skip: sec.skip }, () => {
  for (const [name, text, more = []] of checks) {
    test(name, async (t) => {
      const runs = secPrograms.map(async (program) => {
        const folder = tempDir(t);
        writeFileSync(path.join(folder, 'r.sec'), text);
        const args = ['--testonly', '--conf=r.sec', '--log=log', ...more];
        const ran = new SecRun(t, program, { folder, args });
        const { code } = await ran.ended;
        const log = comparableLog(ran.log);
        return { code, log, said: comparableLog(ran.stderr.split('\n').slice(0, -1)) };
      });
      const [expected, actual] = await Promise.all(runs);
      assert.equal(actual?.code, expected?.code);
      // What perl says about its own inside is not for us.
      const own = (lines: readonly string[] = []) =>
        lines
          .map((line) => line.replace(/ at \/usr\/bin\/sec line.*/, ''))
          .filter((line) => line !== '');
      assert.deepEqual(own(actual?.log), own(expected?.log));
      // Unlike SEC, whether there is a terminal or not.
      assert.deepEqual(actual?.said, actual?.log);
    });
  }
});

test('a fifo is read until its writers have gone', { skip: sec.skip }, async (t) => {
  const runs = secPrograms.map(async (program) => {
    const folder = tempDir(t);
    writeFileSync(path.join(folder, 'r.sec'), rules);
    makeFifo(path.join(folder, 'fifo'));
    const args = ['--conf=r.sec', '--input=fifo', '--log=log', '--norwfifo', '--notail'];
    const ran = new SecRun(t, program, { folder, args, environment: {} });
    execFileSync('sh', ['-c', 'printf "a 1\\na 2\\n" > fifo'], { cwd: folder, timeout: 10_000 });
    const { code } = await ran.ended;
    return { code, stdout: ran.stdout };
  });
  const [expected, actual] = await Promise.all(runs);
  assert.deepEqual(actual, expected);
});

test('on a terminal the messages come among the output', { skip: sec.skip }, (t) => {
  const folder = tempDir(t);
  writeFileSync(path.join(folder, 'r.sec'), rules);
  writeFileSync(path.join(folder, 'in'), lines);
  const main = path.resolve(import.meta.dirname, '../../agent/main.ts');
  const options = '--conf=r.sec --input=in --notail';
  const [expected, actual] = [sec.path, `${process.execPath} ${main} sec`].map((program) => {
    const command = ['-qec', `${program} ${options}`, '/dev/null'];
    const ran = spawnSync('script', command, { cwd: folder, encoding: 'latin1' });
    return { code: ran.status, said: comparableLog(ran.stdout.split('\r\n')) };
  });
  assert.deepEqual(actual, expected);
});

test('processes of rules: their output, and how they ended', { skip: sec.skip }, async (t) => {
  const runs = secPrograms.map(async (program) => {
    const folder = tempDir(t);
    writeFileSync(path.join(folder, 'r.sec'), rules);
    const commands = ['echo here', 'exit 7; :', 'kill -9 $$; :', '/bin/false', 'no-such-program x'];
    writeFileSync(path.join(folder, 'in'), commands.map((command) => `sh ${command}\n`).join(''));
    const args = ['--conf=r.sec', '--input=in', '--fromstart', '--log=log', '--debug=3'];
    const ran = new SecRun(t, program, { folder, args });
    await ran.wrote('here');
    await ran.logged('terminated', 3);
    assert.deepEqual(await ran.stop(), { code: 0, signal: null });
    const log = readFileSync(path.join(folder, 'log'), 'latin1').split('\n');
    return { stdout: ran.stdout, log: comparableLog(log).sort() };
  });
  const [expected, actual] = await Promise.all(runs);
  assert.deepEqual(actual, expected);
});
