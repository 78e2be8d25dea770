import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AgentFiles, reportRules } from '../../../support/agent-files.ts';
import { freePort } from '../../../support/free-port.ts';
import { Program } from '../../../support/program.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
);

const complaints: readonly (readonly [args: readonly string[], complaint: RegExp])[] = [
  [[], /^nagtail: Which command\?\nTry 'nagtail --help'\.\n$/],
  [['rnu'], /^nagtail: unknown command 'rnu'; did you mean 'run'\?\nTry 'nagtail --help'/],
  [['frobnicate'], /^nagtail: unknown command 'frobnicate'\nTry/],
  [['run', '--colour'], /^nagtail: unknown option --colour\nTry 'nagtail run --help'/],
  [['run', '--confg', 'x'], /^nagtail: unknown option --confg; did you mean '--config'\?\n/],
  [['run', '-x'], /^nagtail: unknown option -x\n/],
  [['run', 'extra'], /^nagtail: unexpected argument 'extra'\n/],
  [['run', 'a', '-b'], /^nagtail: unknown option -b; unexpected argument 'a'\n/],
  [['run', '--config'], /^nagtail: --config wants a value\n/],
  [['simulate'], /^nagtail: an argument is missing\n/],
  [['run', '--log-format', 'xml'], /^nagtail: Invalid values: Argument: log-format, Given: "xml"/],
  [['run', '--log-level'], /^nagtail: --log-level wants a value\n/],
];

for (const [args, complaint] of complaints) {
  test(`nagtail ${args.join(' ')}: a complaint, and exit code 2`, async (t) => {
    const { code, stdout, stderr } = await Program.run(t, 'nagtail', args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, complaint);
  });
}

test('help and version go to standard output', async (t) => {
  const help = await Program.run(t, 'nagtail', ['--help']);
  assert.deepEqual([help.code, help.stderr], [0, '']);
  assert.match(help.stdout, /nagtail run [\s\S]*nagtail validate /);
  const told = await Program.run(t, 'nagtail', ['--version']);
  assert.deepEqual([told.code, told.stdout, told.stderr], [0, `${version}\n`, '']);
});

test('a bad configuration: every problem, and exit code 78', async (t) => {
  const config = path.join(tempDir(t), 'nagtail.ini');
  writeFileSync(config, '[agent]\nhost_nam = x\n[receiver.a]\nprotocol = nsca\nhost = h\n');
  const { code, stdout, stderr } = await Program.run(t, 'nagtail', ['run', '--config', config]);
  assert.deepEqual([code, stdout], [78, '']);
  assert.deepEqual(stderr.split('\n'), [
    `${config}:2: unknown key 'host_nam' in [agent]; did you mean 'host_name'?`,
    `${config}:3: expected password_file = FILE, or password =`,
    `${config}: no log to follow: expected an [input.NAME] section`,
    '',
  ]);
});

test('a state folder that cannot be made: one line, and exit code 1', async (t) => {
  const files = new AgentFiles(t, { port: await freePort() });
  writeFileSync(path.join(files.folder, 'state'), 'not a folder');
  const agent = files.start();
  assert.deepEqual(await agent.ended, { code: 1, signal: null });
  assert.match(agent.stderr, /^nagtail: cannot .*\/state.*\n$/);
});

test('a rule with an error is told and dropped, the others run', async (t) => {
  const broken = 'type=Single\nptype=RegExp\npattern=(\ndesc=d\naction=none\n';
  const said = 'type=Single\nptype=RegExp\npattern=(.*)\ndesc=d\naction=write - got $1\n';
  const rules = [`${broken}\n${said}`, reportRules];
  const files = new AgentFiles(t, { port: await freePort(), rules, input: '-' });
  const agent = files.start(Buffer.from('a line\n'));
  assert.deepEqual(await agent.ended, { code: 0, signal: null });
  assert.equal(agent.stdout, 'got a line\n');
  const [problem] = agent.records('RULE_PROBLEM');
  assert.match(String(problem?.['message']), /0\.sec:3: Invalid regular expression/);
  assert.equal(agent.records('READY')[0]?.['rules'], 4);
});

test('names that would break out of their field are refused, told, and not sent', async (t) => {
  const rules =
    'type=Single\nptype=RegExp\npattern=(.*)\ndesc=d\naction=submit (h%{.nl}x;s;0;$1); submit (h;s%{.tab};0;$1)\n';
  const files = new AgentFiles(t, { port: await freePort(), rules: [rules], input: '-' });
  const agent = files.start(Buffer.from('text\n'));
  assert.deepEqual(await agent.ended, { code: 0, signal: null });
  assert.deepEqual(
    agent.records('RESULT_REFUSED').map(({ message }) => String(message).replace(/^.*sent: /, '')),
    [
      'the host name holds a control character 0x0a: "h\\nx"',
      'the service description holds a control character 0x09: "s\\t"',
    ],
  );
});

test('no rules at all is told, and the agent runs on for when there are some', async (t) => {
  const files = new AgentFiles(t, { port: await freePort() });
  rmSync(path.join(files.folder, '0.sec'));
  mkdirSync(path.join(files.folder, 'empty'));
  const agent = files.start();
  const problem = await agent.record('RULE_PROBLEM');
  assert.match(String(problem['message']), /nagtail\.ini:5: rules: no file matches .*\*\.sec$/);
  await agent.record('READY');
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });
});
