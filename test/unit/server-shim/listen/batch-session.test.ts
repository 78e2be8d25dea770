import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { describe, test } from 'node:test';
import { encodeHello, encodePing } from '../../../../protocol/batch/client-frames.ts';
import {
  batchClient,
  batchTls,
  frames,
  framesOf,
  resultFrames,
} from '../../../support/batch-client.ts';
import { identitiesOf, startNgListener } from '../../../support/ng-listener.ts';
import { RawPskClient } from '../../../support/raw-psk-client.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** What a result without texts counts in a listener's backlog. */
const resultBytesMin = 400;

const hello = encodeHello({ stream: 's', highestSeq: 100_000 });

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
      client.write(Buffer.concat([bytes, resultFrames(3)]));
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
    const client = await RawPskClient.connect(listener.port, batchTls);
    client.write(resultFrames(1));
    const [end] = await frames(client, 'an end', 1);
    assert(end?.kind === 'end');
    assert.match(end.reason, /before hello/);
    assert.deepEqual(taken, []);
  });

  test('a frame that breaks off: what was whole is taken', async (t) => {
    const { listener, logs, taken } = await startNgListener(t);
    const client = await batchClient(t, listener.port);
    client.write(resultFrames(3));
    client.socket.end(resultFrames(3, 4).subarray(0, 30));
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
    const bytes = resultFrames(100);
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
    client.write(resultFrames(10));
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
    client.write(resultFrames(10));
    const [, end] = await frames(client, 'an end', 2);
    assert(end?.kind === 'end');
    assert.equal(end.cause, 'unavailable');
    heal();
    client.write(resultFrames(10, 11));
    await client.closed();
    assert.deepEqual(taken, []);
  });

  test('what comes while the journal is busy goes to it together', async (t) => {
    const { listener, hold, release, appends } = await startNgListener(t);
    const client = await batchClient(t, listener.port);
    hold();
    client.write(resultFrames(1));
    await waitFor('the first result to arrive', () => listener.backlogBytes > 0);
    for (let from = 2; from <= 500; from++) client.write(resultFrames(1, from));
    await waitFor('all others, too', () => listener.backlogBytes > 500 * resultBytesMin);
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
    const frame = resultFrames(1_000);
    let written = 0;
    for (; written < 3_000 && !(client.socket.writableLength > 50 * frame.length); written++) {
      client.write(resultFrames(1_000, 1 + written * 1_000));
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
    for (const agent of agents) agent.write(resultFrames(4_000));
    // What was read before the others filled the room may be more; the rest goes frame by frame.
    await waitFor('a full backlog', () => listener.backlogBytes >= 100_000);
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
      if (client.socket.writableLength < 1_000_000) client.write(resultFrames(1_000, next));
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
    client.write(resultFrames(550));
    await frames(client, 'the first acknowledgement', 2);
    client.write(resultFrames(1, 551));
    await frames(client, 'the second acknowledgement', 3);
    assert.ok(performance.now() - start >= 400);
    assert.equal(taken.length, 551);
    assert.ok(counters.get('rate_limited') >= 1);
  });

  test('stopping acknowledges what was read, and says why it ends', async (t) => {
    const { listener, hold, release, taken } = await startNgListener(t);
    const client = await batchClient(t, listener.port);
    const halfway = net.connect({ host: '127.0.0.1', port: listener.port });
    halfway.on('error', () => {});
    await once(halfway, 'connect');
    hold();
    client.write(resultFrames(10));
    await waitFor('the results', () => listener.backlogBytes > 10 * resultBytesMin);
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
