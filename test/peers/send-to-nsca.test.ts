import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { type NscaMethod, supportedNscaMethods } from '../../protocol/nsca/nsca-method.ts';
import { startShim } from '../../server-shim/shim.ts';
import { freePort } from '../support/free-port.ts';
import { LogList } from '../support/log-list.ts';
import { startNscaDaemon } from '../support/nsca-daemon.ts';
import { peer } from '../support/peers.ts';
import { Program } from '../support/program.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const nsca = peer('nsca');
const sendNsca = peer('send_nsca');
const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
);
const noIpv6 = hasIpv6 ? false : 'this machine has no IPv6';
const setEnd = '\x17';

/** A configuration of send_nsca, for both clients. */
function clientFile(t: TestContext, method: NscaMethod, password = 'secret'): string {
  const file = path.join(tempDir(t), 'send_nsca.cfg');
  writeFileSync(file, `# for a test\npassword=${password}\nencryption_method=${method}\n`);
  return file;
}

/** `nagtail send` with an input of bytes. */
async function send(t: TestContext, args: readonly string[], input: string) {
  return await Program.run(t, 'nagtail', ['send', ...args], {
    input: Buffer.from(input, 'latin1'),
  });
}

/** Both clients' arguments for a daemon. */
function toDaemon({ port }: { readonly port: number }, file: string): readonly string[] {
  return ['-H', '127.0.0.1', '-p', String(port), '-c', file];
}

describe('nagtail send → the real nsca', { skip: nsca.skip, concurrency: 2 }, () => {
  for (const method of supportedNscaMethods) {
    test(`method ${method}: byte-exact texts, several lines, hosts`, async (t) => {
      const password = 'a password of more than 24 bytes';
      const daemon = await startNscaDaemon(t, { method, password });
      const input = [
        'web01\tdisk\t2\tfull \\ 99%|used=99%;80;90',
        `web01\tmail\t1\t${byteStringOf('Grüße ☃')} \xe4\xff\nsecond; line`,
        `web02\t1\tdown`,
        `web01\tlong\t0\t${'y'.repeat(4095)}\n`,
      ].join(setEnd);
      const sent = await send(t, toDaemon(daemon, clientFile(t, method, password)), input);
      assert.deepEqual(sent, {
        code: 0,
        signal: null,
        stdout: '4 data packet(s) sent to host successfully.\n',
        stderr: '',
      });
      assert.deepEqual(await daemon.waitForCommands(4), [
        'PROCESS_SERVICE_CHECK_RESULT;web01;disk;2;full \\\\ 99%|used=99%;80;90',
        `PROCESS_SERVICE_CHECK_RESULT;web01;mail;1;${byteStringOf('Grüße ☃')} \xe4\xff\\nsecond; line`,
        'PROCESS_HOST_CHECK_RESULT;web02;1;down',
        `PROCESS_SERVICE_CHECK_RESULT;web01;long;0;${'y'.repeat(4095)}`,
      ]);
    });
  }

  test('packets of version 2.7: each result on a connection of its own', async (t) => {
    const daemon = await startNscaDaemon(t, { method: 14, password: 'secret' });
    const args = [...toDaemon(daemon, clientFile(t, 14)), '--legacy-2-7-mode', '--lines'];
    const { code, stderr } = await send(t, args, `h\ta\t0\tone\nh\tb\t1\t${'x'.repeat(600)}\n`);
    assert.equal(code, 0);
    assert.match(stderr, /no room for all of a result: output cut \(h;b\)/);
    assert.deepEqual(await daemon.waitForCommands(2), [
      'PROCESS_SERVICE_CHECK_RESULT;h;a;0;one',
      `PROCESS_SERVICE_CHECK_RESULT;h;b;1;${'x'.repeat(511)}`,
    ]);
  });

  test('what has no room is cut as send_nsca does it, and told', async (t) => {
    const daemon = await startNscaDaemon(t, { method: 1, password: 'secret' });
    const input = `${'h'.repeat(70)}\t${'s'.repeat(130)}\t0\t${'o'.repeat(4200)}\n`;
    const { code, stderr } = await send(t, toDaemon(daemon, clientFile(t, 1)), input);
    assert.equal(code, 0);
    assert.match(stderr, /host, service, output cut/);
    const [command] = await daemon.waitForCommands(1);
    const [host, service, output] = ['h'.repeat(63), 's'.repeat(127), 'o'.repeat(4095)];
    assert.equal(command, `PROCESS_SERVICE_CHECK_RESULT;${host};${service};0;${output}`);
  });

  test('one result a line; and a hint where that was meant', async (t) => {
    const daemon = await startNscaDaemon(t, { method: 14, password: 'secret' });
    const args = toDaemon(daemon, clientFile(t, 14));
    const input = 'h\ta\t0\tone\r\n\nh\tb\t1\ttwo\nh\t2\tdown\n';
    const lines = await send(t, [...args, '--lines'], input);
    assert.equal(lines.stdout, '3 data packet(s) sent to host successfully.\n');
    assert.equal(lines.stderr, '');
    const sets = await send(t, args, 'h\ta\t0\tone\nh\tb\t1\ttwo\n');
    assert.equal(sets.code, 0);
    assert.match(sets.stderr, /hint: 2 lines of the input are results by themselves.*--lines/);
    assert.deepEqual(await daemon.waitForCommands(4), [
      'PROCESS_SERVICE_CHECK_RESULT;h;a;0;one',
      'PROCESS_SERVICE_CHECK_RESULT;h;b;1;two',
      'PROCESS_HOST_CHECK_RESULT;h;2;down',
      'PROCESS_SERVICE_CHECK_RESULT;h;a;0;one\\nh\tb\t1\ttwo',
    ]);
  });

  test('JSON in, JSON out: what became of each result', async (t) => {
    const daemon = await startNscaDaemon(t, { method: 14, password: 'secret' });
    const input = [
      { host: 'web01', service: 'disk', state: 'CRITICAL', output: 'Größe\n2' },
      { host: 'web01', state: 1, output: 'x'.repeat(5000) },
      { host: 'web01', servce: 'typo', state: 0 },
    ];
    const args = [...toDaemon(daemon, clientFile(t, 14)), '--json'];
    const text = byteStringOf(input.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { code, stdout } = await send(t, args, text);
    assert.equal(code, 1);
    const receiver = `nsca://127.0.0.1:${daemon.port}`;
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const reason = "unknown key 'servce'; did you mean 'service'?";
    assert.deepEqual(records, [
      { number: 3, outcome: 'refused', reason },
      { number: 1, host: 'web01', service: 'disk', receiver, outcome: 'accepted' },
      { number: 2, host: 'web01', service: null, receiver, outcome: 'accepted', cut: ['output'] },
    ]);
    assert.deepEqual(await daemon.waitForCommands(2), [
      `PROCESS_SERVICE_CHECK_RESULT;web01;disk;2;${byteStringOf('Größe')}\\n2`,
      `PROCESS_HOST_CHECK_RESULT;web01;1;${'x'.repeat(4095)}`,
    ]);
  });

  test('several hosts get all; with --failover the first that works', async (t) => {
    const [first, second] = [
      await startNscaDaemon(t, { method: 1, password: 'secret' }),
      await startNscaDaemon(t, { method: 1, password: 'secret' }),
    ];
    const closed = await freePort();
    const ini = path.join(tempDir(t), 'nagtail.ini');
    const section = (name: string, port: number) =>
      `[receiver.${name}]\nprotocol = nsca\nhost = localhost\nport = ${port}\nencryption_method = 1\npassword = secret\n`;
    writeFileSync(ini, section('a', first.port) + section('b', second.port) + section('c', closed));
    const to = (...names: string[]) => [
      '--config',
      ini,
      ...names.flatMap((name) => ['--to', name]),
    ];
    const all = await send(t, to('a', 'b'), 'h\ts\t0\tto both\n');
    assert.equal(all.code, 0, all.stderr);
    const some = await send(t, to('c', 'a'), 'h\ts\t0\tto one\n');
    assert.equal(some.code, 2);
    assert.match(some.stderr, /cannot send to nsca:\/\/localhost:\d+: .*connection refused/);
    const failover = await send(t, [...to('c', 'b'), '--failover'], 'h\ts\t0\tto the second\n');
    assert.equal(failover.code, 0, failover.stderr);
    const outputs = (commands: readonly string[]) => commands.map((line) => line.split(';')[4]);
    assert.deepEqual(outputs(await first.waitForCommands(2)), ['to both', 'to one']);
    assert.deepEqual(outputs(await second.waitForCommands(2)), ['to both', 'to the second']);
    const unknown = await send(t, to('d'), '');
    assert.equal(unknown.code, 78);
    assert.match(unknown.stderr, /nagtail\.ini: there is no \[receiver\.d\]/);
  });
});

/** Inputs, and the arguments that go with them. */
const sameInputs: readonly (readonly [name: string, input: string, args?: readonly string[]])[] = [
  ['a service', 'h\ts\t2\tout\n'],
  ['a host', 'h\t2\tup|p=1\n'],
  ['several lines without ETB', 'h\ts\t2\ta\nh\ts\t1\tb\n'],
  ['ETB between', 'h\ts\t2\ta\x17h2\t1\tb\x17\n'],
  ['an empty service', 'h\t\t0\tx\n'],
  ['a delimiter in front', '\th\ts\t1\tx\n'],
  ['an odd return code', 'h\ts\t-1\tx\x17h\ts\t300\tx\x17h\ts\t 2\tx\n'],
  ['delimiters in the output', 'h\ts\t2\tx\ty\tz\n'],
  ['several delimiters before the output', 'h\ts\t2\t\t\tx\n'],
  ['several delimiters before a the output of a host', 'h\t2\t\tup\n'],
  ['blanks at the end', 'h\ts\t2\tx   \t \r\n\n'],
  ['blanks in front', '  h \t s\t2\t x\n'],
  ['a backslash-n as two characters', 'h\ts\t2\tl1\\nl2 \\ x\n'],
  ['another delimiter', 'h;s;2;out\n', ['-d', ';']],
  ['a longer delimiter', 'h;s;2;out\n', ['-d', ';;']],
  ['a digit as the delimiter', 'h9s929out\n', ['-d', '9']],
  ['a hexadecimal delimiter', 'h;s;2;out\n', ['-d', '0x3b']],
  ['an octal delimiter', 'h;s;2;out\n', ['-d', '073']],
  ['another separator', 'h\ts\t2\ta,h\ts\t2\tb\n', ['-ds', ',']],
  ['a newline as the separator', 'h\ts\t2\ta\nh\ts\t2\tb\n', ['-ds', '0x0a']],
  ['a NUL in the output', 'h\ts\t2\tnul\0more\n'],
  ['quiet', 'h\ts\t2\tx\n', ['--quiet']],
  ['nothing', ''],
  ['nothing, quiet', '', ['--quiet']],
  ['only separators', '\x17\x17\n'],
  ['host as the first argument', 'h\ts\t2\tx\n', ['first']],
];

describe('the same input to send_nsca and to nagtail send', {
  skip: nsca.skip || sendNsca.skip,
  concurrency: 2,
}, () => {
  for (const [name, input, given = []] of sameInputs) {
    test(`${name}: the same commands, words and exit code`, async (t) => {
      const daemon = await startNscaDaemon(t, { method: 1, password: 'secret' });
      const port = ['-p', String(daemon.port), '-c', clientFile(t, 1)];
      const args =
        given[0] === 'first' ? ['127.0.0.1', ...port] : ['-H', '127.0.0.1', ...port, ...given];
      const bytes = Buffer.from(input, 'latin1');
      const real = spawnSync(sendNsca.path, args, { input: bytes });
      const ours = await send(t, args, input);
      assert.equal(ours.stdout, real.stdout.toString());
      assert.equal(ours.code, real.status);
      const count = Number(/^\d+/.exec(real.stdout.toString())?.[0] ?? 1);
      const commands = await daemon.waitForCommands(2 * count);
      assert.equal(commands.length, 2 * count);
      assert.deepEqual(commands.slice(count), commands.slice(0, count));
    });
  }
});

describe('nagtail send tells what send_nsca does not', { skip: nsca.skip }, () => {
  const odd: readonly (readonly [string, string, RegExp])[] = [
    ['a word for the return code', 'h\ts\tabc\tx', /result 1 is not sent: .*no return code/],
    ['no return code', 'h\ts\t\tx', /found no return code/],
    ['one field', 'h', /expected HOST, SERVICE, RETURN CODE, OUTPUT/],
    ['a semicolon in the service', 'h\ts;0;ok\t2\tx', /service description holds a ';'/],
    ['a return code beyond 16 bits', 'h\ts\t70000\tx', /no return code/],
    ['more than any protocol carries', `h\ts\t0\t${'x'.repeat(300_000)}`, /more than 262144/],
  ];
  for (const [name, input, message] of odd) {
    test(`${name}: exit code 1, and the others are sent`, async (t) => {
      const daemon = await startNscaDaemon(t, { method: 1, password: 'secret' });
      const args = toDaemon(daemon, clientFile(t, 1));
      const sent = await send(t, args, [input, 'h\ts\t0\tgood\n'].join(setEnd));
      assert.equal(sent.code, 1);
      assert.match(sent.stderr, message);
      assert.equal(sent.stdout, '1 data packet(s) sent to host successfully.\n');
      assert.deepEqual(await daemon.waitForCommands(1), [
        'PROCESS_SERVICE_CHECK_RESULT;h;s;0;good',
      ]);
    });
  }

  test('that there was nothing to send', async (t) => {
    const sent = await send(t, ['-H', '127.0.0.1', '-c', clientFile(t, 1)], '');
    assert.deepEqual(sent, {
      code: 2,
      signal: null,
      stdout: '0 data packet(s) sent to host successfully.\n',
      stderr: 'nagtail send: there was no result to send: the input was empty\n',
    });
  });

  test('a result without output stays what it is', async (t) => {
    const daemon = await startNscaDaemon(t, { method: 1, password: 'secret' });
    const sent = await send(t, toDaemon(daemon, clientFile(t, 1)), 'h\ts\t2\t\n');
    assert.equal(sent.code, 0);
    assert.deepEqual(await daemon.waitForCommands(1), ['PROCESS_SERVICE_CHECK_RESULT;h;s;2;']);
  });

  test('a password that nagtail-shim refuses: exit code 2', async (t) => {
    const shim = await new ShimFiles(t, { port: 0, method: 14 }).start();
    const port = Number((await shim.record('LISTENING'))['port']);
    const args = toDaemon({ port }, clientFile(t, 14, 'mistyped'));
    const sent = await send(t, args, 'h\ts\t2\tx\n');
    assert.equal(sent.code, 2);
    assert.match(sent.stderr, /another password or encryption method than here \(method 14/);
    assert.equal(sent.stdout, '');
  });

  test('IPv6', { skip: noIpv6 }, async (t) => {
    const folder = tempDir(t);
    const file = path.join(folder, 'commands');
    const shim = await startShim(
      {
        stateDir: path.join(folder, 'state'),
        nsca: { address: '::1', port: 0, method: 14, password: Buffer.from('secret') },
        sinks: [{ type: 'command-file', name: 'nagios', path: file, create: true }],
      },
      { log: new LogList().log, clock: systemClock },
    );
    t.after(() => shim.stop());
    const args = ['-H', '::1', '-p', String(shim.ports.nsca), '-c', clientFile(t, 14)];
    const sent = await send(t, args, 'h\ts\t0\tover IPv6\n');
    assert.equal(sent.code, 0, sent.stderr);
    await waitFor('the result', () => shim.counters.get('results_written') === 1);
    assert.match(readFileSync(file, 'latin1'), /;h;s;0;over IPv6\n$/);
  });

  test('a password that the real nsca refuses, with several results: exit code 2', async (t) => {
    const daemon = await startNscaDaemon(t, { method: 14, password: 'secret' });
    const args = [...toDaemon(daemon, clientFile(t, 14, 'mistyped')), '--lines'];
    const sent = await send(t, args, 'h\ts\t2\tx\n'.repeat(400));
    assert.equal(sent.code, 2);
    assert.match(sent.stderr, /another password or encryption method/);
  });

  test('a closed port, an unknown name, no configuration: exit codes 2, 2, 78', async (t) => {
    const closed = await freePort();
    const file = clientFile(t, 1);
    const refused = await send(t, toDaemon({ port: closed }, file), 'h\ts\t2\tx\n');
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /cannot send to nsca:.*connection refused/);
    const unknown = await send(t, ['-H', 'no.such.host.invalid', '-c', file], 'h\ts\t2\tx\n');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /cannot be resolved/);
    const missing = await send(t, ['-H', '127.0.0.1', '-c', `${file}.gone`], '');
    assert.equal(missing.code, 78);
    assert.match(missing.stderr, /\.gone: cannot read the configuration: no such file/);
    const wrong = await send(t, ['-H', '127.0.0.1', '--lnes'], '');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /unknown option --lnes; did you mean '--lines'\?/);
  });
});
