import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, type TestContext, test } from 'node:test';
import { systemClock } from '../../../../platform/clock.ts';
import { NagtailError } from '../../../../platform/errors.ts';
import type { ReportedResult } from '../../../../server-shim/admit/admit-result.ts';
import { Counters } from '../../../../server-shim/counters.ts';
import {
  listenNsca,
  type NscaListenerOptions,
} from '../../../../server-shim/listen/nsca-listener.ts';
import { freePort } from '../../../support/free-port.ts';
import { LogList } from '../../../support/log-list.ts';
import { RawNscaClient } from '../../../support/raw-nsca-client.ts';
import { waitFor } from '../../../support/wait-for.ts';

const password = 'secret';

/** A listener whose intake collects, and can be held to let senders wait. */
async function startListener(test: TestContext, options: Partial<NscaListenerOptions> = {}) {
  const logs = new LogList();
  const counters = new Counters();
  const taken: ReportedResult[] = [];
  let release = () => {};
  let gate = Promise.resolve();
  const intake = {
    async take(reported: readonly ReportedResult[]) {
      await gate;
      taken.push(...reported);
      return reported.map(() => ({ kind: 'accepted' as const }));
    },
  };
  const listener = await listenNsca(
    { address: '127.0.0.1', port: 0, method: 14, password: Buffer.from(password), ...options },
    { intake, log: logs.log, clock: systemClock, counters, randomBytes },
  );
  test.after(() => listener.stop(0));
  const hold = () => {
    gate = new Promise((resolve) => {
      release = resolve;
    });
  };
  const client = (secret = password) =>
    RawNscaClient.connect(listener.port, options.method ?? 14, secret);
  return { listener, logs, counters, taken, client, hold, release: () => release() };
}

function servicesOf(taken: readonly ReportedResult[]): (string | null)[] {
  return taken.map((result) => result.service);
}

test('who comes before a kill would reset connections is reset, and served when he comes again', async (t) => {
  const port = await freePort();
  const starting = startListener(t, { port });
  // As soon as the port is open, which is before the listener says that it is ready.
  const early = await waitFor(
    'an open port',
    () => firstAnswer(port),
    (answer) => answer !== 'refused',
  );
  const { client, counters, taken } = await starting;
  assert.equal(early, 'reset');
  assert.ok(counters.get('connections_broken') > 0);
  const sender = await client();
  await sender.send(sender.packet({ service: 'one' }, 720));
  assert.equal(await sender.end(), 'closed');
  assert.equal(taken.length, 1);
});

/** What comes first on a new connection. */
async function firstAnswer(port: number): Promise<'refused' | 'reset' | 'init'> {
  const socket = connect({ host: '127.0.0.1', port });
  const { promise, resolve } = Promise.withResolvers<'refused' | 'reset' | 'init'>();
  socket.once('data', () => resolve('init'));
  socket.once('error', (error) =>
    resolve('code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'reset'),
  );
  const answer = await promise;
  socket.destroy();
  return answer;
}

test('packets of both sizes, in any pieces, are taken; the answer is an orderly close', async (t) => {
  const { taken, client, logs, counters } = await startListener(t);
  const sender = await client();
  const bytes = Buffer.concat([
    sender.packet({ service: 'one', returnCode: 2, output: 'first\nsecond' }, 720),
    sender.packet({ service: '' }, 4304),
    sender.packet({ service: 'three' }, 720),
  ]);
  for (let at = 0; at < bytes.length; at += 999) await sender.send(bytes.subarray(at, at + 999));
  assert.equal(await sender.end(), 'closed');
  assert.deepEqual(taken, [
    { host: 'h', service: 'one', returnCode: 2, output: 'first\nsecond' },
    { host: 'h', service: null, returnCode: 0, output: 'fine' },
    { host: 'h', service: 'three', returnCode: 0, output: 'fine' },
  ]);
  assert.deepEqual(logs.records, []);
  assert.equal(counters.get('packets_read'), 3);
});

test('an old packet is taken while its connection stays open', async (t) => {
  const { taken, client } = await startListener(t);
  const sender = await client();
  await sender.send(sender.packet({}, 720));
  await waitFor('the result', () => taken.length === 1);
  assert.equal(await sender.end(), 'closed');
});

test('every connection has an IV of its own and the time', async (t) => {
  const { client } = await startListener(t);
  const inits = (await Promise.all(Array.from({ length: 20 }, () => client()))).map((c) => c.init);
  assert.equal(new Set(inits.map((init) => Buffer.from(init.iv).toString('hex'))).size, 20);
  const now = Math.floor(Date.now() / 1000);
  for (const { timestamp } of inits) assert(timestamp <= now && timestamp > now - 10);
});

describe('a refused packet', () => {
  test('with a wrong password is told with its cause and answered by a reset', async (t) => {
    const { taken, client, logs, counters } = await startListener(t);
    const wrong = await client('wrong');
    const good = await client();
    await wrong.send(wrong.packet({}));
    assert.equal(await wrong.end(), 'reset');
    await good.send(good.packet({}));
    assert.equal(await good.end(), 'closed');
    assert.equal(taken.length, 1);
    const [refused, ...others] = logs.of('NSCA_PACKET_REFUSED');
    assert.deepEqual(others, []);
    assert.match(
      refused?.message ?? '',
      /^refused a packet from 127\.0\.0\.1:\d+: .*wrong password/,
    );
    assert.equal(counters.get('packets_refused_version'), 1);
  });

  test('amid good ones costs nothing but itself', async (t) => {
    const { taken, client, logs } = await startListener(t);
    const sender = await client();
    const first = sender.packet({ service: 'one' });
    const damaged = sender.packet({ service: 'two' });
    damaged[1000] = (damaged[1000] ?? 0) ^ 1;
    const last = sender.packet({ service: 'three' });
    await sender.send(Buffer.concat([first, damaged, last]));
    assert.equal(await sender.end(), 'reset');
    assert.deepEqual(servicesOf(taken), ['one', 'three']);
    assert.match(logs.of('NSCA_PACKET_REFUSED')[0]?.message ?? '', /wrong CRC; damaged in transit/);
  });

  test('that is incomplete is told with its length', async (t) => {
    const { taken, client, logs } = await startListener(t);
    const sender = await client();
    const bytes = Buffer.concat([sender.packet({ service: 'one' }), sender.packet({})]);
    await sender.send(bytes.subarray(0, 6000));
    assert.equal(await sender.end(), 'reset');
    assert.deepEqual(servicesOf(taken), ['one']);
    assert.match(logs.of('NSCA_PACKET_REFUSED')[0]?.message ?? '', /amid a packet, after 1696 of/);
  });

  test('is logged once a connection; the others of its kind are summed up', async (t) => {
    const { client, logs, counters } = await startListener(t);
    const sender = await client();
    await sender.send(Buffer.concat([sender.packet({}), Buffer.alloc(4304 * 40, 7)]));
    assert.equal(await sender.end(), 'reset');
    assert.equal(counters.get('packets_refused_version'), 40);
    await waitFor('the summary', () => logs.of('NSCA_PACKET_REFUSED').length === 2);
    assert.match(logs.of('NSCA_PACKET_REFUSED')[1]?.message ?? '', /refused 39 more packets/);
  });

  test('that is the first ends the connection at once; what follows is not looked at', async (t) => {
    const { client, taken, counters } = await startListener(t);
    const recorded = await client();
    const packets = [recorded.packet({ service: 'one' }), recorded.packet({ service: 'two' })];
    const sender = await client();
    // Behind the first packet, which has another IV, the second one would be readable.
    await sender.send(Buffer.concat(packets));
    assert.equal(await sender.ended(), 'reset');
    assert.equal(counters.get('packets_refused_version'), 1);
    assert.deepEqual(taken, []);
  });

  test('never shows its bytes in the log', async (t) => {
    const { client, logs } = await startListener(t, { method: 0 });
    const sender = await client();
    await sender.send(Buffer.from('EHLO example.com\r\n'));
    assert.equal(await sender.end(), 'reset');
    const text = JSON.stringify(logs.records);
    assert.match(text, /only 18 bytes came, which is no whole packet; is it an NSCA client/);
    assert.doesNotMatch(text, /EHLO|example/);
  });
});

test('the answer waits for the journal, and so does reading', async (t) => {
  const { taken, client, hold, release, counters } = await startListener(t);
  hold();
  const sender = await client();
  const packets = Array.from({ length: 1200 }, (_, i) => sender.packet({ service: `s${i}` }));
  const sent = sender.send(Buffer.concat(packets));
  await waitFor('reading to stop', () => counters.get('packets_read') > 512);
  const ending = sender.end();
  const early = await Promise.race([ending, systemDelay(50)]);
  assert.equal(early, 'still open');
  assert.equal(taken.length, 0);
  assert(counters.get('packets_read') < 650, 'at most 512 results and one chunk are read ahead');
  release();
  await sent;
  assert.equal(await ending, 'closed');
  assert.deepEqual(
    servicesOf(taken),
    packets.map((_, i) => `s${i}`),
  );
});

/** Time in which something must not happen. */
function systemDelay(ms: number): Promise<'still open'> {
  return new Promise((resolve) => systemClock.setTimer(ms, () => resolve('still open')));
}

test('a client that completes no packet in time is reset, however busily it drips', async (t) => {
  const { client, logs, counters } = await startListener(t, { handshakeTimeoutMs: 60 });
  const silent = await client();
  const dripping = await client();
  const drip = setInterval(() => dripping.socket.write('x'), 5);
  t.after(() => clearInterval(drip));
  assert.equal(await silent.ended(), 'reset');
  assert.equal(await dripping.ended(), 'reset');
  clearInterval(drip);
  assert.equal(counters.get('connections_idle'), 2);
  assert.match(logs.of('NSCA_CLIENT_IDLE')[0]?.message ?? '', /sent no whole packet for 60 ms/);
});

test('behind its first packet a client has the idle time, however long the first may take', async (t) => {
  const { client, counters, taken } = await startListener(t, {
    handshakeTimeoutMs: 600_000,
    idleTimeoutMs: 50,
  });
  const sender = await client();
  await sender.send(sender.packet({}));
  assert.equal(await sender.ended(), 'reset');
  assert.equal(taken.length, 1);
  assert.equal(counters.get('connections_idle'), 1);
});

test('waiting for the journal is not idleness', async (t) => {
  const { client, hold, release, taken, counters } = await startListener(t, { idleTimeoutMs: 40 });
  hold();
  const sender = await client();
  await sender.send(sender.packet({}));
  await waitFor('the packet', () => counters.get('packets_read') === 1);
  assert.equal(await Promise.race([sender.ended(), systemDelay(150)]), 'still open');
  const ending = sender.end();
  release();
  assert.equal(await ending, 'closed');
  assert.equal(taken.length, 1);
});

test('connections over the limit are closed before they get an init packet', async (t) => {
  const { listener, client, logs, counters } = await startListener(t, { maxConnections: 2 });
  const first = await client();
  await client();
  const third = connect({ host: '127.0.0.1', port: listener.port });
  third.on('error', () => {});
  third.resume();
  await new Promise((resolve) => third.once('close', resolve));
  assert.equal(third.bytesRead, 0);
  assert.equal(counters.get('connections_over_limit'), 1);
  assert.match(
    logs.of('CONNECTIONS_FULL')[0]?.message ?? '',
    /2 NSCA connections are open already/,
  );
  await first.end();
  const next = await client();
  await next.send(next.packet({}));
  assert.equal(await next.end(), 'closed');
});

test('a client that breaks off is told and forgotten', async (t) => {
  const { client, logs } = await startListener(t);
  const sender = await client();
  await sender.send(Buffer.alloc(100));
  sender.socket.resetAndDestroy();
  await waitFor('the message', () => logs.of('NSCA_CONNECTION_BROKEN').length === 1);
});

const hasIpv6 = networkInterfaces()['lo']?.some(({ address }) => address === '::1') ?? false;
const noIpv6 = hasIpv6 ? false : 'this machine has no IPv6 loopback';

test('* serves IPv4 and IPv6, and shows addresses as they are', { skip: noIpv6 }, async (t) => {
  const { listener, logs } = await startListener(t, { address: '*' });
  for (const [host, shown] of [
    ['127.0.0.1', '127.0.0.1:'],
    ['::1', '[::1]:'],
  ] as const) {
    const socket = connect({ host, port: listener.port });
    socket.on('error', () => {});
    socket.end('junk');
    await waitFor(`a message about ${shown}`, () =>
      logs.of('NSCA_PACKET_REFUSED').some((record) => record.message.includes(`from ${shown}`)),
    );
  }
});

test('an address that is taken or not ours is LISTEN_FAILED, with address and port', async (t) => {
  const { listener } = await startListener(t);
  const failure = (options: Partial<NscaListenerOptions>) =>
    startListener(t, options).then(
      () => assert.fail('it listens'),
      (error: unknown) => error,
    );
  const taken = await failure({ port: listener.port });
  assert(taken instanceof NagtailError);
  assert.equal(taken.code, 'LISTEN_FAILED');
  assert.equal(
    taken.message,
    `cannot listen for NSCA on 127.0.0.1, port ${listener.port}: another program already uses this address and port`,
  );
  const foreign = await failure({ address: '192.0.2.1' });
  assert(foreign instanceof NagtailError);
  assert.match(
    foreign.message,
    /192\.0\.2\.1, port 0: this address does not belong to this machine/,
  );
});

test('stopping lets clients finish, and resets those that do not', async (t) => {
  const { listener, client, taken } = await startListener(t);
  const finishing = await client();
  const lingering = await client();
  const stopped = listener.stop(200);
  await finishing.send(finishing.packet({}));
  assert.equal(await finishing.end(), 'closed');
  assert.equal(await lingering.ended(), 'reset');
  await stopped;
  assert.equal(taken.length, 1);
  await assert.rejects(once(connect({ host: '127.0.0.1', port: listener.port }), 'connect'));
});

describe('connections that nobody should make', () => {
  test('without a byte, ended at once: served as orderly, and said nothing about', async (t) => {
    const { client, taken, logs, counters } = await startListener(t);
    const silent = await client();
    assert.equal(await silent.end(), 'closed');
    assert.deepEqual(taken, []);
    assert.deepEqual(logs.records, []);
    assert.equal(counters.get('connections_broken'), 0);
  });

  test('with good packets without end: each is taken, whatever others do', async (t) => {
    const { client, taken, counters } = await startListener(t, { idleTimeoutMs: 5_000 });
    const endless = await client();
    let stop = false;
    const sending = (async () => {
      while (!stop) await endless.send(Buffer.concat([endless.packet({}), endless.packet({})]));
    })();
    await waitFor('a thousand', () => counters.get('packets_read') >= 1_000, undefined, 60_000);
    const other = await client();
    await other.send(other.packet({ service: 'other' }));
    assert.equal(await other.end(), 'closed');
    stop = true;
    await sending;
    assert.equal(await endless.end(), 'closed');
    assert.equal(taken.length, counters.get('packets_read'));
  });

  test('with junk without end behind a good packet: reset after a thousand refusals', async (t) => {
    const { client, logs, counters } = await startListener(t, { method: 1 });
    const endless = await client();
    endless.socket.on('error', () => {});
    await endless.send(endless.packet({}));
    const junk = Buffer.alloc(4_304 * 10, 'junk');
    let isOver = false;
    const ended = endless.ended().finally(() => {
      isOver = true;
    });
    while (!isOver) await Promise.race([endless.send(junk).catch(() => {}), ended]);
    assert.equal(await ended, 'reset');
    const refused = counters.get('packets_refused_version') + counters.get('packets_refused_crc');
    assert.ok(refused >= 1_000 && refused < 1_100, `${refused} were refused`);
    assert.ok(logs.of('NSCA_PACKET_REFUSED').length <= 3);
  });

  test('with an empty output, and with one that fills its field', async (t) => {
    const { client, taken } = await startListener(t);
    const sender = await client();
    const full = 'x'.repeat(4_095);
    await sender.send(
      Buffer.concat([sender.packet({ output: '' }), sender.packet({ output: full })]),
    );
    assert.equal(await sender.end(), 'closed');
    assert.deepEqual(
      taken.map(({ output }) => output),
      ['', full],
    );
  });
});
