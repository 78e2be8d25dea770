import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIni } from '../../../../platform/ini-file.ts';
import { formatProblem } from '../../../../platform/problem.ts';
import { readShimConfig } from '../../../../server-shim/config/shim-config.ts';

const good = `[shim]
state_dir = state
[listen.nsca]
encryption_method = xor
password = secret
[sink.nagios]
type = command-file
path = rw/nagios.cmd
`;

function problemsOf(text: string): string[] {
  return readShimConfig(parseIni(text, '/etc/x/shim.ini')).problems.map(formatProblem);
}

test('a good configuration, its defaults and its paths', () => {
  const { config, problems } = readShimConfig(parseIni(good, '/etc/x/shim.ini'));
  assert.deepEqual(problems, []);
  assert.ok(config?.nsca);
  const { password, ...nsca } = config.nsca;
  assert.equal(Buffer.from(password.reveal()).toString(), 'secret');
  assert.deepEqual(nsca, {
    address: '*',
    port: 5667,
    method: 1,
    maxConnections: 1_000,
    idleTimeoutMs: 30_000,
  });
  assert.equal(config.stateDir, '/etc/x/state');
  assert.deepEqual(config.journalLimits, { maxResults: 10_000_000, maxBytes: 2 * 1024 ** 3 });
  assert.deepEqual(config.sinks, [
    {
      place: { file: '/etc/x/shim.ini', line: 8 },
      options: {
        type: 'command-file',
        name: 'nagios',
        path: '/etc/x/rw/nagios.cmd',
        create: false,
      },
    },
  ]);
});

const bad: readonly (readonly [string, string, string])[] = [
  ['state_dir', 'statedir', ":2: unknown key 'statedir' in [shim]; did you mean 'state_dir'?"],
  ['[shim]', '[shim.a]', ':1: [shim] takes no name'],
  [
    '[listen.nsca]',
    '[listen.nscang]',
    ":3: [listen.nscang]: this version knows [listen.nsca] and [listen.nsca-ng]; did you mean 'nsca-ng'?",
  ],
  ['[listen.nsca]', '[listen]', ':3: [listen] needs a name: [listen.NAME]'],
  [
    '= xor',
    '= 12',
    ':4: encryption_method: encryption method 12 (arcfour) is a stream cipher, which NSCA cannot use: no NSCA program works with it; use 14 (rijndael-128), or one of 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 15, 16, 20, 23, 26',
  ],
  [
    'password = secret',
    'idle_timeout = 0',
    ":5: idle_timeout: expected a whole number of seconds from 1 to 3600, found '0'",
  ],
  ['= command-file', '= pipe', ":7: type: expected command-file, found 'pipe'"],
  [
    'path = rw/nagios.cmd',
    'create = yes',
    ":6: [sink.nagios] needs 'path': Nagios' external command file (a FIFO)",
  ],
  ['path =', 'create = often\npath =', ":8: create: expected yes or no, found 'often'"],
];

for (const [from, to, expected] of bad) {
  test(`bad: ${to}`, () => {
    const problems = problemsOf(good.replace(from, to));
    assert.ok(problems.includes(`/etc/x/shim.ini${expected}`), problems.join('\n'));
  });
}

test('a configuration without its sections', () => {
  assert.deepEqual(problemsOf(''), [
    '/etc/x/shim.ini: nothing to listen on: expected a [listen.nsca-ng] or [listen.nsca] section',
    '/etc/x/shim.ini: nowhere to hand results over: expected a [sink.NAME] section',
  ]);
});

test('two sinks', () => {
  const text = `${good}[sink.second]\ntype = command-file\npath = x\n`;
  const { config } = readShimConfig(parseIni(text, '/etc/x/shim.ini'));
  assert.deepEqual(
    config?.sinks.map(({ options }) => [options.name, options.path]),
    [
      ['nagios', '/etc/x/rw/nagios.cmd'],
      ['second', '/etc/x/x'],
    ],
  );
});
