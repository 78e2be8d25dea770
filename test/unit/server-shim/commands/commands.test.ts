import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeFifo } from '../../../support/fifo.ts';
import { Program } from '../../../support/program.ts';
import { ShimFiles } from '../../../support/shim-files.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const configuration = `[shim]
state_dir = state
[listen.nsca]
address = 127.0.0.1
port = 0
password = secret
[sink.nagios]
type = command-file
path = nagios.cmd
`;

/** Runs `nagtail-shim COMMAND` on this configuration. */
async function run(t: TestContext, command: 'run' | 'validate', folder: string, text: string) {
  const config = path.join(folder, 'shim.ini');
  writeFileSync(config, text);
  const end = await Program.run(t, 'nagtail-shim', [command, '--config', config]);
  const lines = (output: string) =>
    output
      .replaceAll(`${folder}/`, '')
      // Where this machine has a Nagios, it is named.
      .replaceAll(/ \(Nagios' own seems to be .*\)$/gm, '')
      .split('\n')
      .slice(0, -1);
  return { code: end.code, stdout: lines(end.stdout), stderr: lines(end.stderr) };
}

test('validate: all is well', async (t) => {
  const folder = tempDir(t);
  makeFifo(path.join(folder, 'nagios.cmd'));
  assert.deepEqual(await run(t, 'validate', folder, configuration), {
    code: 0,
    stdout: ['shim.ini: no problems'],
    stderr: [],
  });
});

const findings: readonly (readonly [string, string, string])[] = [
  [
    'a missing command file',
    configuration,
    'shim.ini:9: warning: no such file: nagios.cmd; results wait until Nagios makes it',
  ],
  [
    'a bad number',
    configuration.replace('= 0', '= many').replace('nagios.cmd', 'file\ncreate = yes'),
    "shim.ini:5: port: expected a port number from 0 to 65535, found 'many'",
  ],
  [
    'an unknown key',
    configuration.replace('address', 'adress').replace('nagios.cmd', 'file\ncreate = yes'),
    "shim.ini:4: unknown key 'adress' in [listen.nsca]; did you mean 'address'?",
  ],
  [
    'a missing password',
    configuration.replace('password = secret\n', '').replace('nagios.cmd', 'file\ncreate = yes'),
    'shim.ini:3: expected password_file = FILE, or password =',
  ],
];

for (const [name, text, line] of findings) {
  test(`validate: ${name}`, async (t) => {
    assert.deepEqual(await run(t, 'validate', tempDir(t), text), {
      // A warning is no failure.
      code: line.includes(' warning: ') ? 0 : 1,
      stdout: [line, 'shim.ini: 1 problem'],
      stderr: [],
    });
  });
}

test('validate: a regular file in the place of the FIFO', async (t) => {
  const folder = tempDir(t);
  writeFileSync(path.join(folder, 'nagios.cmd'), '');
  const { code, stdout } = await run(t, 'validate', folder, configuration);
  assert.equal(code, 1);
  assert.match(stdout[0] ?? '', /^shim\.ini:9: nagios\.cmd is no FIFO: .*create = yes$/);
  const created = await run(t, 'validate', folder, `${configuration}create = yes\n`);
  assert.equal(created.code, 0);
});

test('run: a bad configuration is exit code 78', async (t) => {
  const { code, stdout, stderr } = await run(
    t,
    'run',
    tempDir(t),
    configuration.replace('command-file', 'pipe'),
  );
  assert.deepEqual(
    { code, stdout, stderr },
    {
      code: 78,
      stdout: [],
      stderr: [
        "shim.ini:8: type: expected command-file or check-result-spool or nsca-ng or nrdp or nsca, found 'pipe'",
      ],
    },
  );
});

test('run: a port in use is one clear line, and exit code 1', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const text = configuration.replace('port = 0', `port = ${address.port}`);
  const { code, stdout, stderr } = await run(t, 'run', tempDir(t), text);
  assert.deepEqual([code, stdout], [1, []]);
  assert.equal(
    stderr.at(-1),
    `nagtail-shim: cannot listen for NSCA on 127.0.0.1, port ${address.port}: another program already uses this address and port`,
  );
});

test('run: an address that is not ours', async (t) => {
  const text = configuration.replace('127.0.0.1', '192.0.2.1');
  const { code, stderr } = await run(t, 'run', tempDir(t), text);
  assert.equal(code, 1);
  assert.match(
    stderr.at(-1) ?? '',
    /^nagtail-shim: cannot listen .*: this address does not belong to this machine$/,
  );
});

test('run: an unknown option is exit code 2', async (t) => {
  const { code, stderr } = await Program.run(t, 'nagtail-shim', ['run', '--colour']);
  assert.equal(code, 2);
  assert.equal(stderr, "nagtail-shim: unknown option --colour\nTry 'nagtail-shim run --help'.\n");
});

test('run: SIGTERM and SIGINT end it, and it tells its counters', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const shim = await new ShimFiles(t, { port: 0 }).start();
    assert.deepEqual(await shim.stop(signal), { code: 0, signal: null });
    assert.equal(shim.records('STOPPED')[0]?.['results_accepted'], 0);
  }
});
