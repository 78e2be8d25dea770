import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { freePort } from '../support/free-port.ts';
import { startNscaNgDaemon } from '../support/nsca-ng-daemon.ts';
import { peer } from '../support/peers.ts';
import { Program } from '../support/program.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { tempDir } from '../support/temp-dir.ts';

const nscaNg = peer('nsca-ng');
const realClient = peer('send_nsca of nsca-ng');

function clientFile(t: TestContext, port: number, password = 'secret'): string {
  const file = path.join(tempDir(t), 'send_nsca.cfg');
  const lines = [
    'identity = "web01"',
    `password = "${password}"`,
    'server = "127.0.0.1"',
    `port = ${port}`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function send(t: TestContext, args: readonly string[], input: string) {
  const given = ['send', '--protocol', 'nsca-ng', ...args];
  return await Program.run(t, 'nagtail', given, { input: Buffer.from(input, 'latin1') });
}

/** Runs NSCA-ng's own client; gives its exit code. */
async function sendWithRealClient(args: readonly string[], input: string): Promise<unknown> {
  const client = spawn(realClient.path, args, { stdio: ['pipe', 'ignore', 'ignore'] });
  client.stdin.on('error', () => {});
  client.stdin.end(Buffer.from(input, 'latin1'));
  const [code] = await once(client, 'exit');
  return code;
}

/** Inputs, arguments, and how many commands they make. */
const sameInputs: readonly (readonly [string, string, number, (readonly string[])?])[] = [
  ['services and hosts', 'h\ts\t2\ta \\ b\n\x17h2\t1\tdown\x17\n', 2],
  ['several lines without a separator', 'h\ts\t2\ta\nh\ts\t1\tb\n', 1],
  ['tabs in the output', 'h\ts\t2\tx\t\ty\n', 1],
  ['blanks at the end', '\n\nh\ts\t2\tx  \t\n\n', 1],
  ['an odd return code', 'h\ts\t7\tx\x17h\ts\t-1\tx', 2],
  ['bytes above 127', `h\ts\t0\t${byteStringOf('Größe')} \xff\n`, 1],
  ['other separators', 'h,s,2,a\nh,s,2,b\n', 2, ['-d', ',', '-e', '\\n']],
  ['a hexadecimal delimiter', 'h;s;2;a\n', 1, ['-d', '\\x3b', '-o', '20']],
  ['nothing', '', 0],
];

describe('the same input to both clients of NSCA-ng', {
  skip: nscaNg.skip || realClient.skip,
  concurrency: 2,
}, () => {
  for (const [name, input, count, args = []] of sameInputs) {
    test(`${name}: the same commands and exit code`, async (t) => {
      const daemon = await startNscaNgDaemon(t);
      const all = ['-c', clientFile(t, daemon.port), ...args];
      const real = await sendWithRealClient(all, input);
      const ours = await send(t, all, input);
      assert.equal(ours.code, real);
      assert.equal(ours.stdout, '');
      const commands = await daemon.waitForCommands(2 * count);
      assert.deepEqual(commands.slice(count), commands.slice(0, count));
      assert.equal(commands.length, 2 * count);
    });
  }
});

describe('nagtail send --protocol nsca-ng', { skip: nscaNg.skip, concurrency: 2 }, () => {
  test('raw commands, of which the server refuses what it does not allow', async (t) => {
    const daemon = await startNscaNgDaemon(t);
    const input =
      '[1700000000] PROCESS_HOST_CHECK_RESULT;h;0;raw\nDISABLE_NOTIFICATIONS\nPROCESS_SERVICE_CHECK_RESULT;h;s;1;x\n';
    const sent = await send(t, ['-C', '-v', '-c', clientFile(t, daemon.port)], input);
    assert.equal(sent.code, 1);
    assert.match(
      sent.stderr,
      /refused result 2 \(\[\d+\] DISABLE_NOTIFICATIONS\): You're not auth/,
    );
    assert.match(sent.stderr, /sent result 3/);
    assert.deepEqual(await daemon.waitForCommands(2), [
      'PROCESS_HOST_CHECK_RESULT;h;0;raw',
      'PROCESS_SERVICE_CHECK_RESULT;h;s;1;x',
    ]);
    assert.match(daemon.reader.lines[0] ?? '', /^\[1700000000\] /);
  });

  test('an agent may send what its identity may report, at nagtail-shim', async (t) => {
    const sections = '[identity.web01]\npassword = secret\nhosts = web01\nservices = .*\n';
    const files = new ShimFiles(t, { port: 0, protocol: 'nsca-ng', sections });
    const shim = await files.start();
    const port = Number((await shim.record('LISTENING'))['port']);
    const input = [
      { host: 'web01', service: 's', state: 0, output: 'mine', time: 1_700_000_000 },
      { host: 'db01', service: 's', state: 0, output: 'not mine' },
    ];
    const text = input.map((line) => `${JSON.stringify(line)}\n`).join('');
    const sent = await send(t, ['-c', clientFile(t, port), '--json'], text);
    assert.equal(sent.code, 1, sent.stderr);
    const records = sent.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      records.map(({ number, outcome }) => [number, outcome]),
      [
        [1, 'accepted'],
        [2, 'refused'],
      ],
    );
    assert.deepEqual(await files.waitForCommands(1), [
      'PROCESS_SERVICE_CHECK_RESULT;web01;s;0;mine',
    ]);
  });

  test('a refused password, a closed port: exit code 2, and told', async (t) => {
    const daemon = await startNscaNgDaemon(t);
    const wrong = await send(t, ['-c', clientFile(t, daemon.port, 'mistyped')], 'h\ts\t0\tx\n');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /does not accept the password of identity web01/);
    const closed = await send(t, ['-c', clientFile(t, await freePort())], 'h\ts\t0\tx\n');
    assert.equal(closed.code, 2);
    assert.match(closed.stderr, /connection refused/);
  });

  test('-s: messages go to syslog, through logger, and with -S to standard error, too', async (t) => {
    const folder = tempDir(t);
    const said = path.join(folder, 'said');
    // In the place of the system's logger, which has no syslog to send to here.
    writeFileSync(path.join(folder, 'logger'), `#!/bin/sh\ncat >> ${said}\n`, { mode: 0o755 });
    const file = clientFile(t, await freePort());
    const options = {
      input: Buffer.from('h\ts\t0\tx\n'),
      environment: { PATH: `${folder}:${process.env['PATH']}` },
    };
    const given = ['send', '--protocol', 'nsca-ng', '-c', file];
    const toSyslog = await Program.run(t, 'nagtail', [...given, '-s'], options);
    assert.equal(toSyslog.code, 2);
    assert.equal(toSyslog.stderr, '');
    // <27>: facility daemon, severity error.
    assert.match(readFileSync(said, 'utf8'), /^<27>cannot send to nsca-ng:.*connection refused/);
    const toBoth = await Program.run(t, 'nagtail', [...given, '-sS'], options);
    assert.match(toBoth.stderr, /^nagtail send: cannot send to/);
    assert.equal(readFileSync(said, 'utf8').split('\n').length, 3);
  });

  test('a server that refuses one result takes the others', async (t) => {
    const daemon = await startNscaNgDaemon(t, { services: 's@web01' });
    const input = 'web01\ts\t0\ta\nweb01\tt\t0\tb\nweb01\ts\t1\tc\n';
    const sent = await send(t, ['-c', clientFile(t, daemon.port), '--lines'], input);
    assert.equal(sent.code, 1);
    assert.match(sent.stderr, /refused result 2 \(web01;t\): You're not authorized/);
    assert.equal((await daemon.waitForCommands(2)).length, 2);
  });
});
