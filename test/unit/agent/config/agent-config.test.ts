import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { loadAgentConfig, readAgentConfig } from '../../../../agent/config/agent-config.ts';
import { ConfigError } from '../../../../platform/errors.ts';
import { parseIni } from '../../../../platform/ini-file.ts';
import { formatProblem } from '../../../../platform/problem.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const good = `[agent]
host_name = web01
rules = rules/*.sec
[input.auth]
path = auth.log
[receiver.main]
protocol = nsca
host = nagios.example.com
password = secret
`;

function problemsOf(text: string): string[] {
  return readAgentConfig(parseIni(text, '/etc/x/nagtail.ini')).problems.map(formatProblem);
}

test('a good configuration, its defaults and its paths', () => {
  const { config, problems } = readAgentConfig(parseIni(good, '/etc/x/nagtail.ini'));
  assert.deepEqual(problems, []);
  assert.ok(config);
  assert.equal(config.hostName, 'web01');
  assert.equal(config.stateDir, '/var/lib/nagtail');
  assert.equal(config.rules, '/etc/x/rules/*.sec');
  assert.deepEqual(config.builtinCommands, ['submit_check_result', 'send_nsca', 'send_nrdp']);
  const [input] = config.inputs;
  assert.deepEqual(
    [input?.name, input?.path, input?.fromStart, input?.place.line],
    ['auth', '/etc/x/auth.log', false, 5],
  );
  const [receiver] = config.receivers;
  assert.ok(receiver?.protocol === 'nsca');
  assert.deepEqual(
    [receiver.name, receiver.port, receiver.method, receiver.timeoutMs],
    ['main', 5667, 14, 10_000],
  );
  assert.equal(Buffer.from(receiver.password.reveal()).toString(), 'secret');
});

test('inputs: the systemd journal, with what is asked of it', () => {
  const text = `${good}[input.system]
type = journal
units = ssh.service, cron.service
matches = PRIORITY=3, _TRANSPORT=kernel
directory = journals
`;
  const { config, problems } = readAgentConfig(parseIni(text, '/etc/x/nagtail.ini'));
  assert.deepEqual(problems, []);
  const input = config?.inputs.at(-1);
  assert.equal(input?.path, 'journal:system');
  assert.deepEqual(input?.journal, {
    units: ['ssh.service', 'cron.service'],
    matches: ['PRIORITY=3', '_TRANSPORT=kernel'],
    directory: '/etc/x/journals',
  });
});

test('inputs: standard input stays, several are kept in order', () => {
  const text = `${good}[input.pipe]\npath = -\nfrom_start = yes\n[input.more]\npath = /var/log/*.log\n`;
  const { config } = readAgentConfig(parseIni(text, '/etc/x/nagtail.ini'));
  assert.deepEqual(
    config?.inputs.map(({ path, fromStart }) => [path, fromStart]),
    [
      ['/etc/x/auth.log', false],
      ['-', true],
      ['/var/log/*.log', false],
    ],
  );
});

test('a receiver that is the command file of this host', () => {
  const text = good.replace(
    /protocol = nsca[\s\S]*/,
    'protocol = command-file\npath = rw/nagios.cmd\n',
  );
  const { config, problems } = readAgentConfig(parseIni(text, '/etc/x/nagtail.ini'));
  assert.deepEqual(problems, []);
  assert.deepEqual(config?.receivers, [
    {
      name: 'main',
      protocol: 'command-file',
      timeoutMs: 10_000,
      path: '/etc/x/rw/nagios.cmd',
      create: false,
    },
  ]);
});

const bad: readonly (readonly [string, string, string])[] = [
  [
    'host = nagios.example.com',
    'hots = x',
    "8: unknown key 'hots' in [receiver.main]; did you mean 'host'?",
  ],
  [
    'protocol = nsca',
    'protocol = ncsa',
    "7: protocol: expected nsca-ng or nrdp or nsca or command-file, found 'ncsa'",
  ],
  [
    'password = secret',
    'port = 70000',
    "9: port: expected a port number from 0 to 65535, found '70000'",
  ],
  [
    'password = secret',
    'encryption_method = rot13\npassword = s',
    "9: encryption_method: unknown encryption method 'rot13'; use 14 (rijndael-128), or one of 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 15, 16, 20, 23, 26",
  ],
  [
    'password = secret',
    'password_file = /nowhere',
    '9: password_file: cannot read /nowhere: no such file or directory',
  ],
  ['password = secret', '', '6: expected password_file = FILE, or password ='],
  [
    'protocol = nsca\n',
    'protocol = command-file\npath = x\n',
    "9: unknown key 'host' in [receiver.main]",
  ],
  ['path = auth.log', 'path =', '5: path: expected a text that is not empty'],
  [
    'path = auth.log',
    'path = a\nfrom_start = perhaps',
    "6: from_start: expected yes or no, found 'perhaps'",
  ],
  [
    'path = auth.log',
    'type = journal\nmatches = PRIORITY=3, --flush',
    "6: matches: expected FIELD=VALUE, the field in capital letters, found '--flush'",
  ],
  ['path = auth.log', 'type = journal\npath = x', "6: unknown key 'path' in [input.auth]"],
  ['path = auth.log', 'type = syslog', "5: type: expected file or journal, found 'syslog'"],
  ['[input.auth]', '[input]', '4: [input] needs a name: [input.NAME]'],
  ['[input.auth]', '[inputs.auth]', "4: unknown section [inputs.auth]; did you mean 'input'?"],
];

for (const [from, to, expected] of bad) {
  test(`bad: ${to}`, () => {
    const problems = problemsOf(good.replace(from, to));
    assert.ok(problems.includes(`/etc/x/nagtail.ini:${expected}`), problems.join('\n'));
  });
}

test('all problems are told at once', () => {
  assert.deepEqual(
    problemsOf('[agent]\ncolour = red\n[receiver.a]\n[receiver.b]\nprotocol = nsca\nport = x\n'),
    [
      "/etc/x/nagtail.ini:2: unknown key 'colour' in [agent]",
      "/etc/x/nagtail.ini:3: [receiver.a] needs 'protocol': how results travel",
      "/etc/x/nagtail.ini:4: [receiver.b] needs 'host': name or address of the receiver",
      "/etc/x/nagtail.ini:6: port: expected a port number from 0 to 65535, found 'x'",
      '/etc/x/nagtail.ini:4: expected password_file = FILE, or password =',
      '/etc/x/nagtail.ini: no log to follow: expected an [input.NAME] section',
    ],
  );
});

test('loading fails with every problem, and never shows a password', (t) => {
  const file = path.join(tempDir(t), 'nagtail.ini');
  writeFileSync(file, good.replace('password = secret', 'password = hunter2\npassword_file = x'));
  assert.throws(
    () => loadAgentConfig(file),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.equal(
        error.message,
        `${file}:10: expected either password or password_file, found both`,
      );
      return true;
    },
  );
  assert.throws(() => loadAgentConfig('/nowhere/nagtail.ini'), {
    message:
      '/nowhere/nagtail.ini: cannot read the configuration: no such file or directory; give another with --config FILE',
  });
});
