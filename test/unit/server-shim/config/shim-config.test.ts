import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseIni } from '../../../../platform/ini-file.ts';
import { formatProblem } from '../../../../platform/problem.ts';
import { nscaListenerOptions } from '../../../../server-shim/config/nsca-listen-config.ts';
import { readShimConfig } from '../../../../server-shim/config/shim-config.ts';
import { tempDir } from '../../../support/temp-dir.ts';

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
  const { passwords, clients, ...nsca } = config.nsca;
  assert.deepEqual(
    passwords.map((secret) => Buffer.from(secret.reveal()).toString()),
    ['secret'],
  );
  assert(clients?.mayConnect('192.0.2.1'));
  assert.deepEqual(nsca, {
    address: '*',
    port: 5667,
    methods: [1],
    maxConnections: 1_000,
    maxConnectionsPerAddress: 250,
    handshakeTimeoutMs: 30_000,
    idleTimeoutMs: 30_000,
    maxPacketAgeSeconds: 30,
    strictSpoofing: false,
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
        spool: undefined,
        names: undefined,
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
    ":3: [listen.nscang]: this version knows [listen.nsca], [listen.nsca-ng], [listen.nrdp]; did you mean 'nsca-ng'?",
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
  [
    '= xor',
    '= 14, 14, rot13',
    ":4: encryption_method: unknown encryption method ' rot13'; use 14 (rijndael-128), or one of 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 15, 16, 20, 23, 26",
  ],
  [
    'password = secret',
    'allow = 192.0.2.0/33',
    ":5: allow: expected a number from 0 to 32 behind the '/', found '192.0.2.0/33'",
  ],
  [
    'password = secret',
    'allow = 192.0.2.1, localhost',
    ":5: allow: expected an IP address or a range such as 192.0.2.0/24 or 2001:db8::/32, found 'localhost'",
  ],
  [
    'password = secret',
    'max_packet_age = 901',
    ":5: max_packet_age: expected a whole number of seconds from 0 to 900, found '901'",
  ],
  [
    'password = secret',
    'password = secret\nold_password_files = no-such-file',
    ':6: password_file: cannot read /etc/x/no-such-file: no such file or directory',
  ],
  [
    '[sink.nagios]',
    '[client.web]\nhosts = .*\n[sink.nagios]',
    ":6: [client.web] needs 'addresses': addresses of these clients",
  ],
  [
    '= command-file',
    '= pipe',
    ":7: type: expected command-file or check-result-spool or nsca-ng or nrdp or nsca, found 'pipe'",
  ],
  [
    'type = command-file\npath = rw/nagios.cmd',
    'type = check-result-spool',
    ":6: [sink.nagios] needs 'path': Nagios' check_result_path, a folder",
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
    '/etc/x/shim.ini: nothing to listen on: expected a [listen.nsca-ng], [listen.nsca] or [listen.nrdp] section',
    '/etc/x/shim.ini: nowhere to hand results over: expected a [sink.NAME] section',
  ]);
});

test('two sinks', () => {
  const text = `${good}[sink.second]\ntype = command-file\npath = x\n`;
  const { config } = readShimConfig(parseIni(text, '/etc/x/shim.ini'));
  assert.deepEqual(
    config?.sinks.map(({ options }) => [options.name, 'path' in options && options.path]),
    [
      ['nagios', '/etc/x/rw/nagios.cmd'],
      ['second', '/etc/x/x'],
    ],
  );
});

test('several methods and passwords: every pair is a key, the first one counts', (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, 'old'), 'older\n');
  const text = good.replace('= xor', '= 14, 3').replace('[sink', 'old_password_files = old\n[sink');
  const { config, problems } = readShimConfig(parseIni(text, join(folder, 'shim.ini')));
  assert.deepEqual(problems, []);
  assert(config?.nsca);
  const { method, password, moreKeys = [] } = nscaListenerOptions(config.nsca);
  const keys = [{ method, password }, ...moreKeys].map((key) => [
    key.method,
    Buffer.from(key.password).toString(),
  ]);
  assert.deepEqual(keys, [
    [14, 'secret'],
    [14, 'older'],
    [3, 'secret'],
    [3, 'older'],
  ]);
});

test('clients by their addresses', () => {
  const sections = `[client.web]
addresses = 192.0.2.0/24, 2001:db8::1
hosts = web\\d+
services = .*
[client.rest]
addresses = 0.0.0.0/0
hosts = other
[sink`;
  const { config, problems } = readShimConfig(parseIni(good.replace('[sink', sections), 'x.ini'));
  assert.deepEqual(problems, []);
  const clients = config?.nsca?.clients;
  assert(clients);
  const names = ['192.0.2.9', '2001:db8::1', '198.51.100.1', '2001:db8::2'].map(
    (address) => clients.identityOf(address)?.name,
  );
  assert.deepEqual(names, ['web', 'web', 'rest', undefined]);
  assert(!clients.mayConnect('2001:db8::2'));
  const rights = clients.identityOf('192.0.2.9')?.rights;
  assert.equal(rights?.refusal('web01', 'disk'), undefined);
  assert.equal(rights?.refusal('db01', 'disk'), 'it may not report for host "db01"');
  assert.match(String(clients.identityOf('10.0.0.1')?.rights.refusal('other', 'disk')), /service/);
});

test('sinks that forward to other receivers', () => {
  const text = `${good}[sink.old]
type = nsca
host = old.example.com
encryption_method = 3
password = secret
[sink.centre]
type = nsca-ng
host = centre.example.com
identity = dmz
password = secret
timeout = 5
`;
  const { config, problems } = readShimConfig(parseIni(text, '/etc/x/shim.ini'));
  assert.deepEqual(problems, []);
  const [, old, centre] = (config?.sinks ?? []).map(({ options }) => options);
  assert.ok(old?.type === 'forward' && centre?.type === 'forward');
  assert.deepEqual([old.name, centre.name], ['old', 'centre']);
  assert.ok(old.receiver.protocol === 'nsca' && centre.receiver.protocol === 'nsca-ng');
  const { password: _, ...nsca } = old.receiver;
  assert.deepEqual(nsca, {
    protocol: 'nsca',
    host: 'old.example.com',
    port: 5667,
    method: 3,
    timeoutMs: 10_000,
    lateNoticeSeconds: 60,
  });
  const { password: __, ...nscaNg } = centre.receiver;
  assert.deepEqual(nscaNg, {
    protocol: 'nsca-ng',
    host: 'centre.example.com',
    port: 5668,
    identity: 'dmz',
    timeoutMs: 5_000,
    tlsMax: 'TLSv1.3',
  });
});

test('[listen.nrdp] and a sink that forwards by NRDP', (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, 'token'), 'hidden\n');
  const listen = `[listen.nrdp]
address = 127.0.0.1
port = 8080
path = /monitor/nrdp
trusted_proxies = 127.0.0.1
[identity.web01]
password = one
hosts = web01
`;
  const sink = `[sink.centre]
type = nrdp
url = https://a.example.com/nrdp/, https://b.example.com:8443/nrdp/
token_file = token
late_notice = 0
`;
  const text = `${good}${listen}${sink}`;
  const { config, problems } = readShimConfig(parseIni(text, join(folder, 'shim.ini')));
  assert.deepEqual(problems, []);
  const { identities, trustedProxies, ...nrdp } = config?.nrdp ?? {};
  assert.equal(identities?.size, 1);
  assert.ok(trustedProxies?.has('127.0.0.1'));
  assert.deepEqual(nrdp, {
    address: '127.0.0.1',
    port: 8080,
    path: '/monitor/nrdp',
    tls: undefined,
    allow: undefined,
    maxConnections: 1_000,
    maxConnectionsPerAddress: 100,
    requestBytesMax: 1_048_576,
    requestTimeoutMs: 30_000,
    idleTimeoutMs: 60_000,
  });
  const options = config?.sinks[1]?.options;
  assert.ok(options?.type === 'forward' && options.receiver.protocol === 'nrdp');
  assert.deepEqual(options.receiver.urls.map(String), [
    'https://a.example.com/nrdp/',
    'https://b.example.com:8443/nrdp/',
  ]);
  assert.equal(Buffer.from(options.receiver.token.reveal()).toString(), 'hidden');
  for (const [from, to, expected] of [
    ['address = 127.0.0.1', 'address = *', 'warning: [listen.nrdp] has no tls_cert: tokens travel'],
    ['path = /monitor', 'path = monitor', 'path: expected a path that begins with a slash'],
    ['port = 8080', 'tls_cert = x.crt', 'tls_cert: expected both tls_cert and tls_key'],
    ['port = 8080', 'tls_cert = x\ntls_key = y', 'tls_cert: cannot read'],
    [
      'hosts = web01',
      'hosts = web01\n[identity.db01]\npassword = one\nhosts = x',
      'have the same password',
    ],
    ['https://b.example.com:8443', 'ftp://b', 'url: expected an address such as'],
    [
      'https://b.example.com:8443',
      'http://b.example.com',
      'warning: url: the token travels in clear text to b.example.com',
    ],
    ['https://b.example.com:8443', 'http://127.0.0.1:8080', 'forward to themselves'],
    [
      'https://b.example.com:8443',
      'https://u:p@b.example.com',
      'a user and a password in an address',
    ],
    ['token_file = token', 'token_file = none', 'token_file: cannot read'],
    ['token_file = token', '', 'expected token_file = FILE, or token ='],
    ['late_notice = 0', 'tls_cert = x', 'expected both tls_cert and tls_key, or neither'],
    ['late_notice = 0', 'tls_ca = token', 'tls_ca: TLS cannot use'],
  ] as const) {
    const changed = text.replace(from, to);
    const found = readShimConfig(parseIni(changed, join(folder, 'shim.ini'))).problems;
    assert.ok(
      found.some((problem) => formatProblem(problem).includes(expected)),
      `${to}: ${found.map(formatProblem).join('\n')}`,
    );
  }
});

const loops: readonly (readonly [string, boolean])[] = [
  ['type = nsca\nhost = localhost', true],
  ['type = nsca\nhost = 127.0.0.9', true],
  ['type = nsca\nhost = ::1', true],
  ['type = nsca\nhost = 192.0.2.1', false],
  ['type = nsca\nhost = localhost\nport = 5999', false],
  ['type = nsca-ng\nhost = localhost', false],
];
for (const [keys, isLoop] of loops) {
  test(`a sink with ${keys.replaceAll('\n', ', ')} ${isLoop ? 'leads to itself' : 'does not'}`, () => {
    const problems = problemsOf(`${good}[sink.next]\n${keys}\npassword = secret\n`);
    const loop = problems.filter((problem) => problem.includes('forward to themselves'));
    assert.equal(loop.length, isLoop ? 1 : 0, problems.join('\n'));
  });
}
