import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { agentSectionKinds } from '../../../agent/config/agent-section-kinds.ts';
import { agentShape } from '../../../agent/config/agent-shape.ts';
import { effectiveConfig, formatConfig } from '../../../platform/effective-config.ts';
import { withEnvironment } from '../../../platform/environment-overrides.ts';
import { ConfigError } from '../../../platform/errors.ts';
import { parseIni } from '../../../platform/ini-file.ts';
import { mergeIniFiles } from '../../../platform/merge-ini-files.ts';
import { formatProblem } from '../../../platform/problem.ts';
import { readConfigFile } from '../../../platform/read-config-file.ts';
import { shimShape } from '../../../server-shim/config/shim-shape.ts';
import { Program } from '../../support/program.ts';
import { tempDir } from '../../support/temp-dir.ts';

const base = parseIni('[agent]\nhost_name = a\nstate = keep\n[receiver.web-1]\nport = 1\n', 'base');

/** The texts of a configuration, as `section.key = text @ place`. */
function textsOf(ini: ReturnType<typeof parseIni>): string[] {
  return ini.sections.flatMap(({ kind, name, values }) =>
    [...values].map(
      ([key, { text, place }]) => `${kind}.${name} ${key}=${text} @${place.file}:${place.line}`,
    ),
  );
}

test('later files add sections, add keys, and replace them; each keeps its place', () => {
  const later = parseIni('[receiver.web-1]\nport = 2\nhost = h\n[input.x]\npath = /x\n', 'later');
  const merged = mergeIniFiles([base, later]);
  assert.deepEqual(textsOf(merged), [
    'agent. host_name=a @base:2',
    'agent. state=keep @base:3',
    'receiver.web-1 port=2 @later:2',
    'receiver.web-1 host=h @later:3',
    'input.x path=/x @later:5',
  ]);
  assert.equal(merged.file, 'base');
});

test('the environment replaces and adds keys; what it holds is taken as it is', () => {
  const environment = {
    NAGTAIL_AGENT__HOST_NAME: `b ${'$'}{X} ; no comment`,
    NAGTAIL_RECEIVER_WEB_1__PASSWORD: '"quoted"',
    NAGTAIL_METRICS__PORT: '1',
    NAGTAIL_NODE: '/usr/bin/node',
    NAGTAIL_SHIM__STATE_DIR: "another program's",
    OTHER__X: '1',
  };
  const ini = withEnvironment(base, agentSectionKinds, environment);
  assert.deepEqual(ini.problems, []);
  assert.deepEqual(textsOf(ini), [
    `agent. host_name=b $${'$'}{X} ; no comment @environment variable NAGTAIL_AGENT__HOST_NAME:undefined`,
    'agent. state=keep @base:3',
    'receiver.web-1 port=1 @base:5',
    'receiver.web-1 password="quoted" @environment variable NAGTAIL_RECEIVER_WEB_1__PASSWORD:undefined',
    'metrics. port=1 @environment variable NAGTAIL_METRICS__PORT:undefined',
  ]);
});

test('a variable for a section that is not there is a problem', () => {
  const ini = withEnvironment(base, agentSectionKinds, { NAGTAIL_RECEIVER_WEB1__PORT: '1' });
  assert.deepEqual(ini.problems.map(formatProblem), [
    "environment variable NAGTAIL_RECEIVER_WEB1__PORT: the configuration has no section that RECEIVER_WEB1 stands for; did you mean 'RECEIVER_WEB_1'?",
  ]);
});

test('drop-ins: lexical order, and only what ends in .ini and begins with no dot', (t) => {
  const folder = tempDir(t);
  const file = path.join(folder, 'nagtail.ini');
  writeFileSync(file, '[agent]\nhost_name = main\n');
  const hostName = () =>
    readConfigFile(file, agentSectionKinds).sections[0]?.values.get('host_name')?.text;
  assert.equal(hostName(), 'main');
  const conf = path.join(folder, 'conf.d');
  mkdirSync(conf);
  const names = [
    '10-a.ini',
    '20-b.ini',
    '30-c.ini~',
    '40-d.ini.dpkg-old',
    '50-e.ini.rpmnew',
    '.60-f.ini',
    '70-g.txt',
  ];
  for (const name of names) writeFileSync(path.join(conf, name), `[agent]\nhost_name = ${name}\n`);
  assert.equal(hostName(), '20-b.ini');
  mkdirSync(path.join(conf, '80-h.ini'));
  assert.throws(() => hostName(), ConfigError);
});

test('what is in effect can be read as a configuration, and says the same', () => {
  const text = [
    '[agent]',
    'host_name = "a;b"',
    '[input.x]',
    'path = /var/log/*.log',
    'type = file',
    '[receiver.r]',
    'protocol = nsca',
    'host = h',
    'password = hunter2',
    'passwort = hunter3',
  ].join('\n');
  const keys = effectiveConfig(parseIni(text, 'f.ini'), agentShape);
  const shown = formatConfig(keys, true);
  assert.ok(!/hunter/.test(shown));
  assert.match(shown, /^password = \[secret\] +; f\.ini:9$/m);
  assert.match(shown, /^passwort = \[hidden: unknown key\] +; f\.ini:10$/m);
  assert.match(shown, /^; f\.ini:2:\nhost_name = "a;b"$/m);
  assert.match(shown, /^port = 5667 +; default$/m);
  assert.match(shown, /^\[metrics\]\n; socket = +; default\naddress = 127\.0\.0\.1 +; default$/m);
  const again = parseIni(shown, 'again');
  assert.deepEqual(again.problems, []);
  const values = keys.flatMap(({ key, value }) => (value === undefined ? [] : [`${key}=${value}`]));
  const read = again.sections.flatMap(({ values: given }) =>
    [...given].map(([key, { text: value }]) => `${key}=${value}`),
  );
  assert.deepEqual(read, values);
});

test('every key that holds a secret is marked, and no other', () => {
  const tables = [...agentShape, ...shimShape].flatMap(({ keys, variants }) => [
    keys,
    ...Object.values(variants?.of ?? {}),
  ]);
  for (const [name, key] of tables.flatMap((table) => Object.entries(table))) {
    assert.equal(key.isSecret === true, /^(?:password|token|secret)$/.test(name), name);
  }
});

test('both programs show their configuration', async (t) => {
  const folder = tempDir(t);
  const agent = path.join(folder, 'nagtail.ini');
  writeFileSync(agent, '[receiver.main]\nprotocol = nsca-ng\nhost = h\npassword = hunter2\n');
  const environment = { NAGTAIL_RECEIVER_MAIN__HOST: 'other' };
  const shown = await Program.run(t, 'nagtail', ['config', 'show', '--origin', '-c', agent], {
    environment,
  });
  assert.deepEqual([shown.code, shown.stderr], [0, '']);
  assert.match(shown.stdout, /^host = other +; environment variable NAGTAIL_RECEIVER_MAIN__HOST$/m);
  assert.ok(!shown.stdout.includes('hunter2'));
  const shim = path.join(folder, 'shim.ini');
  writeFileSync(shim, '[listen.nsca]\npassword = hunter2\n');
  const json = await Program.run(t, 'nagtail-shim', ['config', 'show', '--json', '-c', shim]);
  const rows = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    rows.find(({ key }) => key === 'password'),
    { section: 'listen.nsca', key: 'password', value: '[secret]', origin: `${shim}:2` },
  );
});
