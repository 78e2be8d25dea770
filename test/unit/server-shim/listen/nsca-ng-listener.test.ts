import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import tls from 'node:tls';
import {
  encodeHello,
  encodePing,
  encodeResults,
} from '../../../../protocol/batch/client-frames.ts';
import { type FrameFault, FrameReader } from '../../../../protocol/batch/frame-reader.ts';
import { decodeServerFrame, type ServerFrame } from '../../../../protocol/batch/server-frames.ts';
import { numberedResults } from '../../../support/list-stream.ts';
import { identitiesOf, startNgListener } from '../../../support/ng-listener.ts';
import { RawPskClient } from '../../../support/raw-psk-client.ts';
import { waitFor } from '../../../support/wait-for.ts';

const batch = { ALPNProtocols: ['nagtail/1'] };
const hello = encodeHello({ stream: 's', highestSeq: 100_000 });

function results(count: number, from = 1): Buffer {
  return Buffer.concat([...encodeResults(numberedResults(count, from))].map(({ bytes }) => bytes));
}

function framesOf(bytes: Uint8Array): (ServerFrame | FrameFault)[] {
  return [...new FrameReader(decodeServerFrame).push(bytes)];
}

/** A client of nagtail/1 that has said hello. */
async function batchClient(t: TestContext, port: number, stream = 's'): Promise<RawPskClient> {
  const client = await RawPskClient.connect(port, batch);
  t.after(() => client.socket.destroy());
  client.write(encodeHello({ stream, highestSeq: 100_000 }));
  await client.waitFor('a welcome', (received) => framesOf(received).length > 0);
  return client;
}

async function frames(client: RawPskClient, what: string, count: number) {
  const received = await client.waitFor(what, (bytes) => framesOf(bytes).length >= count);
  return framesOf(received);
}

describe('what is no TLS, or none that fits', () => {
  const plain: readonly (readonly [string, string, RegExp])[] = [
    ['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', /does not speak TLS/],
    ['NSCA-ng without TLS', 'MOIN 1 abcdefgh\r\n', /does not speak TLS/],
    ['random bytes', '\x8f\x12\x00\xffabcdefghijklmnopqrstuvwxyz', /does not speak TLS/],
    ['an NSCA packet', `\0\x03${'\0'.repeat(718)}`, /does not speak TLS/],
  ];
  for (const [name, bytes, message] of plain) {
    test(`${name} is told so, and others are served`, async (t) => {
      const { listener, logs, counters } = await startNgListener(t);
      const socket = net.connect({ host: '127.0.0.1', port: listener.port });
      socket.on('error', () => {});
      socket.write(Buffer.from(bytes, 'latin1'));
      socket.resume();
      await once(socket, 'close');
      const [refused] = logs.of('TLS_REFUSED');
      assert.match(refused?.message ?? '', message);
      assert.equal(refused?.fields['reason'], 'plain-text');
      assert.equal(counters.get('handshakes_failed'), 1);
      await batchClient(t, listener.port);
    });
  }

  test('a browser, TLS with certificates only', async (t) => {
    const { listener, logs } = await startNgListener(t);
    const socket = tls.connect({ host: '127.0.0.1', port: listener.port });
    await once(socket, 'error');
    const [refused] = logs.of('TLS_REFUSED');
    assert.equal(refused?.fields['reason'], 'no-common-tls', refused?.message);
  });

  test('another protocol by ALPN', async (t) => {
    const { listener, logs } = await startNgListener(t);
    const connecting = RawPskClient.connect(listener.port, { ALPNProtocols: ['h2'] });
    await assert.rejects(connecting, { code: /ALERT_NO_APPLICATION_PROTOCOL/ });
    assert.equal(logs.of('TLS_REFUSED')[0]?.fields['reason'], 'no-common-tls');
  });

  test('failed handshakes do not fill the log', async (t) => {
    const { listener, logs, counters } = await startNgListener(t);
    for (let round = 0; round < 60; round++) {
      const socket = net.connect({ host: '127.0.0.1', port: listener.port });
      socket.on('error', () => {});
      socket.end('plain text\r\n');
      socket.resume();
      await once(socket, 'close');
    }
    await waitFor('all to be counted', () => counters.get('handshakes_failed') === 60);
    assert.equal(logs.of('TLS_REFUSED').length, 20);
  });

  test('a resumed session brings no identity, and may do nothing', async (t) => {
    const { listener } = await startNgListener(t, { tlsMax: 'TLSv1.2' });
    const first = await RawPskClient.connect(listener.port, batch);
    const session = first.socket.getSession();
    first.socket.destroy();
    const second = await RawPskClient.connect(listener.port, { ...batch, session });
    second.write(hello);
    if (second.socket.isSessionReused()) {
      await second.closed();
      assert.equal(second.received.length, 0);
    } else {
      await second.waitFor('a welcome', (received) => received.length > 0);
    }
    second.socket.destroy();
  });
});

describe('nagtail/1: what is not allowed ends the session with a reason', () => {
  const table: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['an oversized frame', Buffer.from([0x7f, 0, 0, 0, 1]), /a frame of 2130706432 bytes/],
    ['an unknown type', Buffer.from([0, 0, 0, 1, 0x44]), /type 68/],
    ['a second hello', hello, /second hello/],
    ['a damaged frame', Buffer.from([0, 0, 0, 3, 2, 0, 9]), /amid one of its fields/],
  ];
  for (const [name, bytes, reason] of table) {
    test(name, async (t) => {
      const { listener, logs, counters, taken } = await startNgListener(t);
      const client = await batchClient(t, listener.port);
      client.write(Buffer.concat([bytes, results(3)]));
      const [, end] = await frames(client, 'an end', 2);
      assert(end?.kind === 'end');
      assert.equal(end.cause, 'protocol');
      assert.match(end.reason, reason);
      await client.closed();
      assert.match(logs.of('BATCH_FRAME_REFUSED')[0]?.message ?? '', reason);
      assert.equal(counters.get('frames_refused'), 1);
      assert.deepEqual(taken, []);
    });
  }

  test('results before hello', async (t) => {
    const { listener, taken } = await startNgListener(t);
    const client = await RawPskClient.connect(listener.port, batch);
    client.write(results(1));
    const [end] = await frames(client, 'an end', 1);
    assert(end?.kind === 'end');
    assert.match(end.reason, /before hello/);
    assert.deepEqual(taken, []);
  });

  test('a frame that breaks off: what was whole is taken', async (t) => {
    const { listener, logs, taken } = await startNgListener(t);
    const client = await batchClient(t, listener.port);
    client.write(results(3));
    client.socket.end(results(3, 4).subarray(0, 30));
    await client.closed();
    await waitFor('the refusal', () => logs.of('BATCH_FRAME_REFUSED').length === 1);
    assert.equal(taken.length, 3);
  });
});

describe('nagtail/1: time and room', () => {
  test('a quiet agent is let go; pings keep it', async (t) => {
    const { listener, counters } = await startNgListener(t, { idleTimeoutMs: 400 });
    const client = await batchClient(t, listener.port);
    for (let round = 0; round < 8; round++) {
      client.write(encodePing());
      await frames(client, 'a pong', 2 + round);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const all = await frames(client, 'an end', 10);
    assert.deepEqual(all.at(-1), { kind: 'end', cause: 'idle', reason: 'nothing came for 0.4 s' });
    await client.closed();
    assert.equal(counters.get('connections_idle'), 1);
  });

  test('bytes that come one by one make no frame in time', async (t) => {
    const { listener } = await startNgListener(t, { idleTimeoutMs: 500 });
    const client = await batchClient(t, listener.port);
    const bytes = results(100);
    let at = 0;
    const timer = setInterval(() => client.write(bytes.subarray(at, ++at)), 50);
    t.after(() => clearInterval(timer));
    const all = await frames(client, 'an end', 2);
    assert.deepEqual(all[1], { kind: 'end', cause: 'idle', reason: 'nothing came for 0.5 s' });
    await client.closed();
  });

  test('while results wait for the journal the agent is told to hold, and is not idle', async (t) => {
    const { listener, hold, release, taken } = await startNgListener(t, { idleTimeoutMs: 1_000 });
    const client = await batchClient(t, listener.port);
    hold();
    client.write(results(10));
    const waiting = await frames(client, 'a hold', 2);
    assert.deepEqual(waiting[1], { kind: 'hold' });
    release();
    const done = await frames(client, 'an acknowledgement', 3);
    assert.deepEqual(done[2], { kind: 'acknowledgement', through: 10, refused: [] });
    assert.equal(taken.length, 10);
  });

  test('a journal that fails ends the session; nothing behind the failure is taken', async (t) => {
    const { listener, fail, heal, taken } = await startNgListener(t);
    const client = await batchClient(t, listener.port);
    fail();
    client.write(results(10));
    const [, end] = await frames(client, 'an end', 2);
    assert(end?.kind === 'end');
    assert.equal(end.cause, 'unavailable');
    heal();
    client.write(results(10, 11));
    await client.closed();
    assert.deepEqual(taken, []);
  });

  test('what comes while the journal is busy goes to it together', async (t) => {
    const { listener, hold, release, appends } = await startNgListener(t);
    const client = await batchClient(t, listener.port);
    hold();
    client.write(results(1));
    await waitFor('the first result to arrive', () => client.socket.bytesWritten > 0);
    for (let from = 2; from <= 500; from++) client.write(results(1, from));
    await new Promise((resolve) => setTimeout(resolve, 200));
    release();
    await client.waitFor('all acknowledgements', (received) => {
      return framesOf(received).some(
        (frame) => frame.kind === 'acknowledgement' && frame.through === 500,
      );
    });
    assert.ok(appends.length <= 5, `${appends.length} appends`);
  });

  test('an agent that ignores the window is held back, and the memory stays', async (t) => {
    const { listener, hold, release, taken } = await startNgListener(t);
    const client = await batchClient(t, listener.port);
    hold();
    const before = process.memoryUsage().rss;
    const frame = results(1_000);
    let written = 0;
    for (; written < 3_000 && !(client.socket.writableLength > 50 * frame.length); written++) {
      client.write(results(1_000, 1 + written * 1_000));
      if (written % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.ok(written < 3_000, 'it was never held back');
    const grown = (process.memoryUsage().rss - before) / 1024 / 1024;
    assert.ok(grown < 100, `${grown} MiB more`);
    release();
    await waitFor('all to be taken', () => taken.length === written * 1_000);
  });

  test('many agents that send at once are held back together', async (t) => {
    const { listener, hold, release, taken, appends } = await startNgListener(t, {
      backlogBytesMax: 100_000,
    });
    const agents = await Promise.all(
      Array.from({ length: 5 }, (_, number) => batchClient(t, listener.port, `s${number}`)),
    );
    hold();
    for (const agent of agents) agent.write(results(4_000));
    // What was read before the others filled the room may be more; the rest goes frame by frame.
    await new Promise((resolve) => setTimeout(resolve, 300));
    release();
    await waitFor('all to be taken', () => taken.length === 20_000);
    assert.ok(Math.max(...appends) <= 1_000, `${appends}`);
  });

  test('an agent that does not read is not written to without end', async (t) => {
    const identities = identitiesOf({ name: 'web01', hosts: 'other' });
    const { listener, counters } = await startNgListener(t, { identities, idleTimeoutMs: 1_000 });
    const client = await batchClient(t, listener.port);
    client.socket.pause();
    // Each of these is answered with more bytes than it has: all are refused, with a reason.
    let next = 1;
    const timer = setInterval(() => {
      if (client.socket.writableLength < 1_000_000) client.write(results(1_000, next));
      next += 1_000;
    }, 1);
    t.after(() => clearInterval(timer));
    const idle = () => counters.get('connections_idle') === 1;
    await waitFor('it to be let go', idle, undefined, 30_000);
    // No more was taken from it than what the system's buffers hold.
    const taken = client.socket.bytesWritten - client.socket.writableLength;
    assert.ok(taken < 50_000_000, `${taken} bytes`);
    await waitFor('the end of the connection', () => client.socket.destroyed);
  });

  test('a rate is kept by letting the agent wait', async (t) => {
    const identities = identitiesOf({ name: 'web01', resultsPerSecond: 100 });
    const { listener, counters, taken } = await startNgListener(t, { identities });
    const client = await batchClient(t, listener.port);
    const start = performance.now();
    client.write(results(550));
    await frames(client, 'the first acknowledgement', 2);
    client.write(results(1, 551));
    await frames(client, 'the second acknowledgement', 3);
    assert.ok(performance.now() - start >= 400);
    assert.equal(taken.length, 551);
    assert.ok(counters.get('rate_limited') >= 1);
  });

  test('one address has only so many connections', async (t) => {
    const { listener, counters, logs } = await startNgListener(t, { maxConnectionsPerAddress: 2 });
    const first = await batchClient(t, listener.port);
    await batchClient(t, listener.port, 'other');
    await assert.rejects(RawPskClient.connect(listener.port, batch), { code: 'ECONNRESET' });
    const [told] = logs.of('CONNECTIONS_FULL');
    assert.match(told?.message ?? '', /2 NSCA-ng connections from its address are open already/);
    assert.equal(counters.get('connections_over_limit'), 1);
    assert.equal(counters.get('connections_accepted'), 2);
    assert.equal(counters.get('handshakes_failed'), 0);
    assert.deepEqual(logs.of('TLS_REFUSED'), []);
    first.socket.destroy();
    await waitFor('a free place', async () => {
      try {
        (await RawPskClient.connect(listener.port, batch)).socket.destroy();
        return true;
      } catch {
        return false;
      }
    });
  });

  test('before the last place is taken the idlest makes room', async (t) => {
    const { listener } = await startNgListener(t, { maxConnections: 3 });
    const first = await batchClient(t, listener.port);
    const second = await batchClient(t, listener.port, 'other');
    first.write(encodePing());
    await frames(first, 'a pong', 2);
    const third = await RawPskClient.connect(listener.port, batch);
    t.after(() => third.socket.destroy());
    const [, end] = await frames(second, 'an end', 2);
    assert.deepEqual(end, { kind: 'end', cause: 'idle', reason: 'others need the place' });
    await second.closed();
    await batchClient(t, listener.port, 'third');
  });

  test('stopping acknowledges what was read, and says why it ends', async (t) => {
    const { listener, hold, release, taken } = await startNgListener(t);
    const client = await batchClient(t, listener.port);
    const halfway = net.connect({ host: '127.0.0.1', port: listener.port });
    halfway.on('error', () => {});
    await once(halfway, 'connect');
    hold();
    client.write(results(10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopped = listener.stop(1_000);
    release();
    const all = await frames(client, 'an end', 3);
    assert.deepEqual(all.slice(1), [
      { kind: 'acknowledgement', through: 10, refused: [] },
      { kind: 'end', cause: 'stopping', reason: 'the receiver stops' },
    ]);
    await stopped;
    assert.equal(taken.length, 10);
  });
});

test('a client whose requests are refused does not fill the log', async (t) => {
  const { listener, counters, logs } = await startNgListener(t);
  const client = await RawPskClient.connect(listener.port);
  t.after(() => client.socket.destroy());
  client.write(`MOIN 1 abcd\r\n${'BOGUS\r\n'.repeat(1_000)}QUIT\r\n`);
  await client.closed();
  assert.equal(counters.get('requests_refused'), 1_000);
  assert.equal(logs.of('NSCA_NG_REQUEST_REFUSED').length, 100);
});

test('a client that waits for us to speak first is taken for one of plain NSCA', async (t) => {
  const { listener, logs } = await startNgListener(t);
  const socket = net.connect({ host: '127.0.0.1', port: listener.port });
  await once(socket, 'connect');
  await waitFor('its place', () => listener.connections === 1);
  const start = performance.now();
  socket.end();
  const told = await waitFor('a message', () => logs.of('TLS_REFUSED')[0]);
  assert.match(told?.message ?? '', /sent nothing, as a client of plain NSCA \(port 5667\)/);
  await waitFor('a free place', () => listener.connections === 0);
  // And not only when the time for the handshake, 10 s, is over.
  assert.ok(performance.now() - start < 8_000);
});

describe('NSCA-ng: what a good client would not do', () => {
  const line = '[1700000000] PROCESS_SERVICE_CHECK_RESULT;h;s;0;fine\n';
  const push = `PUSH ${line.length}\r\n`;

  async function talk(t: TestContext, port: number, bytes: string): Promise<string> {
    const client = await RawPskClient.connect(port);
    t.after(() => client.socket.destroy());
    client.socket.end(Buffer.from(bytes, 'latin1'));
    await client.closed();
    return client.received.toString('latin1');
  }

  const table: readonly (readonly [string, string, string, number])[] = [
    [
      'everything in one write',
      `MOIN 1 abcd\r\n${push}${line}NOOP\r\n${push}${line}QUIT\r\n`,
      'MOIN 1\r\nOKAY\r\nOKAY\r\nOKAY\r\nOKAY\r\nOKAY\r\nOKAY\r\n',
      2,
    ],
    ['ping', 'PING 1\n', 'PONG 1\r\n', 0],
    ['no greeting', push, 'FAIL expected MOIN, PING or BAIL first\r\n', 0],
    ['bail', 'MOIN 1 abcd\nBAIL enough\nNOOP\n', 'MOIN 1\r\n', 0],
    [
      'an unknown word, then all is well',
      `HELO x\nMOIN 1 abcd\n${push}${line}`,
      'FAIL expected MOIN, PING, PUSH, NOOP, QUIT or BAIL\r\nMOIN 1\r\nOKAY\r\nOKAY\r\n',
      1,
    ],
    [
      'too much to push',
      'MOIN 1 ab\nPUSH 16385\n',
      'MOIN 1\r\nFAIL PUSH takes at most 16384 bytes\r\n',
      0,
    ],
    ['a line too long', `MOIN 1 ${'x'.repeat(3_000)}`, 'BAIL Request line too long\r\n', 0],
    [
      'no final newline',
      'MOIN 1 ab\nPUSH 5\n[1] A',
      'MOIN 1\r\nOKAY\r\nFAIL a command ends with a newline\r\n',
      0,
    ],
    [
      'two commands in one',
      `MOIN 1 ab\nPUSH ${2 * line.length}\n${line}${line}`,
      'MOIN 1\r\nOKAY\r\nFAIL expected one line: [unix time] COMMAND;arguments\r\n',
      0,
    ],
    [
      'a name that would break out',
      'MOIN 1 ab\nPUSH 38\n[1] PROCESS_HOST_CHECK_RESULT;h\x01;0;up\n',
      'MOIN 1\r\nOKAY\r\nFAIL the host name holds a control character 0x01: "h\\u0001"\r\n',
      0,
    ],
    ['data that breaks off', 'MOIN 1 ab\nPUSH 100\nabc', 'MOIN 1\r\nOKAY\r\n', 0],
  ];
  for (const [name, bytes, answers, count] of table) {
    test(name, async (t) => {
      const { listener, taken } = await startNgListener(t);
      assert.equal(await talk(t, listener.port, bytes), answers);
      assert.equal(taken.length, count);
    });
  }

  test('a quiet client is told so', async (t) => {
    const { listener, counters } = await startNgListener(t, { idleTimeoutMs: 200 });
    const client = await RawPskClient.connect(listener.port);
    client.write('MOIN 1 abcd\n');
    await client.closed();
    assert.equal(client.received.toString(), 'MOIN 1\r\nBAIL Connection timed out\r\n');
    assert.equal(counters.get('connections_idle'), 1);
  });
});
