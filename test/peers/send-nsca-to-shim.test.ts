import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { type NscaMethod, supportedNscaMethods } from '../../protocol/nsca/nsca-method.ts';
import { type ShimOptions, startShim } from '../../server-shim/shim.ts';
import { commandsOf } from '../support/external-commands.ts';
import { FifoReader, makeFifo } from '../support/fifo.ts';
import { LogList } from '../support/log-list.ts';
import { peer } from '../support/peers.ts';
import { RawNscaClient } from '../support/raw-nsca-client.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { waitForCommands } from '../support/wait-for-commands.ts';

const sendNsca = peer('send_nsca');
const { skip } = sendNsca;

/** Between the results of one send_nsca run (ETB, the client's default). */
const setEnd = '\x17';

interface SendOptions {
  readonly method: NscaMethod;
  readonly password?: string;
  readonly arguments?: readonly string[];
}

/** A running receiver, with its command file, and the real client to send to it. */
async function startReceiver(
  test: TestContext,
  method: NscaMethod,
  options: Partial<ShimOptions> = {},
) {
  const folder = tempDir(test);
  const path = join(folder, 'nagios.cmd');
  const sinks = [{ type: 'command-file', name: 'nagios', path }] as const;
  const logs = new LogList();
  const nsca = { address: '127.0.0.1', port: 0, method, password: Buffer.from('secret') };
  const shim = await startShim(
    { stateDir: join(folder, 'state'), nsca, sinks, ...options },
    { log: logs.log, clock: systemClock },
  );
  test.after(() => shim.stop());
  const port = shim.ports.nsca;
  const send = async (input: string, how: Partial<SendOptions> = {}) => {
    const config = clientConfig(folder, how.method ?? method, how.password ?? 'secret');
    const given = ['-H', '127.0.0.1', '-p', String(port), '-c', config, ...(how.arguments ?? [])];
    const client = spawn(sendNsca.path, given, { stdio: ['pipe', 'pipe', 'inherit'] });
    client.stdin.end(Buffer.from(input, 'latin1'));
    const exited = once(client, 'exit');
    const said = (await client.stdout.toArray()).join('');
    const [code] = await exited;
    return { code, said };
  };
  return { shim, logs, send, port, folder, path };
}

/** Writes send_nsca's configuration, once: a client that is running may be reading it. */
function clientConfig(folder: string, method: NscaMethod, password: string): string {
  const path = join(folder, `send_nsca-${method}-${password}.cfg`);
  if (!existsSync(path)) {
    writeFileSync(path, `password=${password}\nencryption_method=${method}\n`);
  }
  return path;
}

async function commandsRead(reader: FifoReader, count: number): Promise<string[]> {
  return await waitForCommands(count, () => commandsOf(reader.text));
}

for (const method of supportedNscaMethods) {
  describe(`send_nsca with encryption method ${method}`, { skip }, () => {
    test('one result, three results, and old packets arrive', async (t) => {
      const { send, path, logs } = await startReceiver(t, method);
      const reader = FifoReader.forTest(t, makeFifo(path));
      const one = await send('web01\tdisk\t2\tfull|used=99%;80;90\n');
      assert.equal(one.code, 0);
      assert.match(one.said, /^1 data packet\(s\) sent to host successfully/);
      await send(['a\tx\t0\tone', 'b\t1\thost down', 'c\tz\t3\tthree\n'].join(setEnd));
      await send('old\tsvc\t1\tfrom 2.7\n', { arguments: ['--legacy-2-7-mode'] });
      await send(['old\tp\t0\t1', 'old\tq\t0\t2', 'old\tr\t0\t3\n'].join(setEnd), {
        arguments: ['--legacy-2-7-mode'],
      });
      // Each run is a connection of its own, and all of its packets are read before the next.
      assert.deepEqual(
        new Set(await commandsRead(reader, 8)),
        new Set([
          'PROCESS_SERVICE_CHECK_RESULT;web01;disk;2;full|used=99%;80;90',
          'PROCESS_SERVICE_CHECK_RESULT;a;x;0;one',
          'PROCESS_HOST_CHECK_RESULT;b;1;host down',
          'PROCESS_SERVICE_CHECK_RESULT;c;z;3;three',
          'PROCESS_SERVICE_CHECK_RESULT;old;svc;1;from 2.7',
          'PROCESS_SERVICE_CHECK_RESULT;old;p;0;1',
          'PROCESS_SERVICE_CHECK_RESULT;old;q;0;2',
          'PROCESS_SERVICE_CHECK_RESULT;old;r;0;3',
        ]),
      );
      assert.deepEqual(logs.of('NSCA_PACKET_REFUSED'), []);
    });
  });
}

describe('what send_nsca sends arrives as it is', { skip }, () => {
  const umlauts = byteStringOf('Größe ✓ 42 €');
  const longest = 'y'.repeat(4095);
  const table: readonly (readonly [string, string, string])[] = [
    ['several lines', 'h\ts\t2\tl1\nl2 \\ back; semi|p=1\n', 'h;s;2;l1\\nl2 \\\\ back; semi|p=1'],
    ['a written \\n', 'h\ts\t2\tl1\\nl2\n', 'h;s;2;l1\\\\nl2'],
    ['UTF-8', `h\t${umlauts}\t0\t${umlauts}\n`, `h;${umlauts};0;${umlauts}`],
    ['bytes that are no UTF-8', 'h\ts\t0\t\xff\xfe\x80\n', 'h;s;0;\xff\xfe\x80'],
    ['4095 bytes of output', `h\ts\t1\t${longest}\n`, `h;s;1;${longest}`],
    ['more than there is room for', `h\ts\t1\t${longest}zz\n`, `h;s;1;${longest}`],
    ['4095 newlines', `h\ts\t1\t.${'\n'.repeat(4093)}.\n`, `h;s;1;.${'\\n'.repeat(4093)}.`],
    ['odd return codes', 'h\ts\t-1\tx\n', 'h;s;-1;x'],
    ['an escape sequence', 'h\ts\t0\t\x1b[31mred\n', 'h;s;0; [31mred'],
  ];
  for (const [name, input, expected] of table) {
    test(name, async (t) => {
      // A regular file, because a pipe takes 4096 bytes in one piece and longer lines are cut.
      const path = join(tempDir(t), 'results.txt');
      const sinks = [{ type: 'command-file', name: 'nagios', path, create: true }] as const;
      const { send, shim } = await startReceiver(t, 14, { sinks });
      await send(input);
      await waitFor('the result', () => shim.counters.get('results_written') === 1);
      assert.deepEqual(commandsOf(readFileSync(path, 'latin1')), [
        `PROCESS_SERVICE_CHECK_RESULT;${expected}`,
      ]);
    });
  }
});

test('many clients at once: every result once, those of each client in order', {
  skip,
}, async (t) => {
  const { send, path } = await startReceiver(t, 1);
  const reader = FifoReader.forTest(t, makeFifo(path));
  const sets = (client: number) => Array.from({ length: 20 }, (_, n) => `c${client}\ts${n}\t0\tr`);
  const runs = Array.from({ length: 20 }, (_, client) => send(sets(client).join(setEnd)));
  await Promise.all(runs);
  const read = await commandsRead(reader, 400);
  for (let client = 0; client < 20; client++) {
    const own = read.filter((line) => line.includes(`;c${client};`));
    const expected = sets(client).map(
      (_, n) => `PROCESS_SERVICE_CHECK_RESULT;c${client};s${n};0;r`,
    );
    assert.deepEqual(own, expected);
  }
});

test('a regular file is written when it may be', { skip }, async (t) => {
  const path = join(tempDir(t), 'results.txt');
  const sinks = [{ type: 'command-file', name: 'nagios', path, create: true }] as const;
  const { send, shim } = await startReceiver(t, 14, { sinks });
  const before = Math.floor(Date.now() / 1000);
  await send('web01\tdisk\t2\tfull\n');
  await waitFor('the result', () => shim.counters.get('results_written') === 1);
  const [, time, command] = /^\[(\d+)\] (.*)\n$/.exec(readFileSync(path, 'latin1')) ?? [];
  assert.equal(command, 'PROCESS_SERVICE_CHECK_RESULT;web01;disk;2;full');
  assert(Number(time) >= before && Number(time) <= before + 10);
});

test('while Nagios is stopped nothing is lost, and the order is kept', { skip }, async (t) => {
  const { send, path, logs } = await startReceiver(t, 14);
  for (const n of [1, 2, 3]) await send(`h\ts${n}\t0\tbefore the FIFO\n`);
  makeFifo(path);
  for (const n of [4, 5, 6]) await send(`h\ts${n}\t0\tbefore the reader\n`);
  const reader = FifoReader.forTest(t, path);
  await send('h\ts7\t0\twith a reader\n');
  const services = (await commandsRead(reader, 7)).map((line) => line.split(';')[2]);
  assert.deepEqual(services, ['s1', 's2', 's3', 's4', 's5', 's6', 's7']);
  assert.equal(logs.of('SINK_WORKS_AGAIN').length, 1);
});

test('a full queue holds clients back and loses nothing', { skip }, async (t) => {
  const journalLimits = { maxResults: 10, maxBytes: 1_000_000 };
  const { send, path, shim, logs } = await startReceiver(t, 14, { journalLimits });
  const sets = (client: number) => Array.from({ length: 30 }, (_, n) => `c${client}\ts${n}\t0\tr`);
  const told = (code: string) => logs.of(code).length;
  // Together they might share one sync, and a group that has begun goes in whole.
  await send(sets(1).join(setEnd));
  await waitFor('the first client', () => shim.counters.get('journal_syncs') > 0);
  const sending = [2, 3, 4].map((client) => send(sets(client).join(setEnd)));
  await waitFor('a full queue', () => told('JOURNAL_FULL') > 0);
  const reader = FifoReader.forTest(t, makeFifo(path));
  await Promise.all(sending);
  assert.equal(new Set(await commandsRead(reader, 120)).size, 120);
  await waitFor('good news', () => told('JOURNAL_HAS_SPACE') === told('JOURNAL_FULL'));
});

describe('a client with another key', { skip }, () => {
  const unknown = /wrong password or encryption method\? No method reads it with our password/;
  const table: readonly (readonly [string, Partial<SendOptions>, RegExp])[] = [
    ['password', { password: 'wrong' }, unknown],
    ['method XOR', { method: 1 }, /looks like method 1 \(xor\), the listener has 14/],
    ['method 3DES', { method: 3 }, /looks like method 2 \(des\) or 3 \(tripledes\)/],
    ['no encryption', { method: 0 }, /looks like method 0 \(none\)/],
    ['password and old packets', { password: 'wrong', arguments: ['--legacy-2-7-mode'] }, unknown],
  ];
  for (const [name, how, cause] of table) {
    test(`${name} is refused and told, and disturbs nobody`, async (t) => {
      const { send, path, logs, shim } = await startReceiver(t, 14);
      const reader = FifoReader.forTest(t, makeFifo(path));
      await Promise.all([send('bad\ts\t2\tx\n', how), send('good\ts\t0\tx\n')]);
      await waitFor('a refusal', () => logs.of('NSCA_PACKET_REFUSED').length === 1);
      await send('good\tt\t0\tx\n');
      assert.deepEqual(await commandsRead(reader, 2), [
        'PROCESS_SERVICE_CHECK_RESULT;good;s;0;x',
        'PROCESS_SERVICE_CHECK_RESULT;good;t;0;x',
      ]);
      const message = logs.of('NSCA_PACKET_REFUSED')[0]?.message ?? '';
      assert.match(message, /from 127\.0\.0\.1:\d+: /);
      assert.match(message, cause);
      assert.equal(shim.counters.get('results_accepted'), 2);
    });
  }
});

describe('clients that are not decent', () => {
  test('hostile names are refused and told; the results around them arrive', async (t) => {
    const { path, port, logs } = await startReceiver(t, 3);
    const reader = FifoReader.forTest(t, makeFifo(path));
    const client = await RawNscaClient.connect(port, 3, 'secret');
    const hostile = [
      { host: '' },
      { host: 'h\n[1] SHUTDOWN_PROGRAM' },
      { host: 'h;s;0;ok' },
      { service: 's\n[1] DISABLE_NOTIFICATIONS' },
      { service: 's;0;all is well' },
      { service: '\x1b]0;title\x07' },
    ];
    const packets = [{ service: 'first' }, ...hostile, { service: 'last' }];
    await client.send(Buffer.concat(packets.map((packet) => client.packet(packet))));
    assert.equal(await client.end(), 'closed');
    assert.deepEqual(await commandsRead(reader, 2), [
      'PROCESS_SERVICE_CHECK_RESULT;h;first;0;fine',
      'PROCESS_SERVICE_CHECK_RESULT;h;last;0;fine',
    ]);
    assert.equal(logs.of('RESULT_REFUSED').length, hostile.length);
  });

  test('output cannot begin a command of its own', async (t) => {
    const { path, port } = await startReceiver(t, 1);
    const reader = FifoReader.forTest(t, makeFifo(path));
    const client = await RawNscaClient.connect(port, 1, 'secret');
    await client.send(client.packet({ output: 'x\r\n[1] SHUTDOWN_PROGRAM\r[2] Y\n' }));
    assert.equal(await client.end(), 'closed');
    assert.deepEqual(await commandsRead(reader, 1), [
      'PROCESS_SERVICE_CHECK_RESULT;h;s;0;x\\n[1] SHUTDOWN_PROGRAM [2] Y\\n',
    ]);
  });

  test('junk, halves and silence leave the others their service', async (t) => {
    const { path, port, shim } = await startReceiver(t, 14);
    const reader = FifoReader.forTest(t, makeFifo(path));
    const clients = await Promise.all(
      Array.from({ length: 6 }, () => RawNscaClient.connect(port, 14, 'secret')),
    );
    const [junk, half, silent, leaver, mixed, good] = clients;
    assert(junk && half && silent && leaver && mixed && good);
    await junk.send(Buffer.alloc(100_000, 'junk'));
    await half.send(half.packet({}).subarray(0, 2000));
    await leaver.send(leaver.packet({}).subarray(0, 719));
    leaver.socket.resetAndDestroy();
    const sizes = [720, 4304, 720, 720, 4304] as const;
    const packets = sizes.map((size, n) => mixed.packet({ service: `m${n}` }, size));
    await mixed.send(Buffer.concat(packets));
    await good.send(good.packet({ service: 'good' }));
    assert.equal(await mixed.end(), 'closed');
    assert.equal(await good.end(), 'closed');
    assert.equal(await junk.end(), 'reset');
    const services = (await commandsRead(reader, 6)).map((line) => line.split(';')[2]);
    assert.deepEqual(services.sort(), ['good', 'm0', 'm1', 'm2', 'm3', 'm4']);
    assert.equal(shim.counters.get('results_accepted'), 6);
  });
});
