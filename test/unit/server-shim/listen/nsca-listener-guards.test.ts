import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { type Clock, systemClock } from '../../../../platform/clock.ts';
import type { ReportedResult } from '../../../../server-shim/admit/admit-result.ts';
import type { Identity } from '../../../../server-shim/admit/identity.ts';
import { Rights } from '../../../../server-shim/admit/rights.ts';
import { Counters } from '../../../../server-shim/counters.ts';
import { AddressList } from '../../../../server-shim/listen/address-list.ts';
import { NscaClients } from '../../../../server-shim/listen/nsca-clients.ts';
import {
  listenNsca,
  type NscaListenerOptions,
} from '../../../../server-shim/listen/nsca-listener.ts';
import { LogList } from '../../../support/log-list.ts';
import { RawNscaClient } from '../../../support/raw-nsca-client.ts';
import { waitFor } from '../../../support/wait-for.ts';

const password = Buffer.from('a secret of 24 bytes ...');

/** A listener on loopback, and what reached its intake. */
async function startListener(
  test: TestContext,
  options: Partial<NscaListenerOptions> = {},
  clock: Clock = systemClock,
) {
  const logs = new LogList();
  const counters = new Counters();
  const services: (string | null)[] = [];
  const identities: (string | undefined)[] = [];
  let gate = Promise.resolve();
  const intake = {
    async take(reported: readonly ReportedResult[], _peer: string, identity?: Identity) {
      await gate;
      services.push(...reported.map(({ service }) => service));
      identities.push(identity?.name);
      return reported.map(() => ({ kind: 'accepted' as const }));
    },
  };
  const lookUp = async (name: string) => {
    if (name === 'here') return ['192.0.2.1', '127.0.0.1'];
    if (name === 'there') return ['192.0.2.1'];
    throw new Error('ENOTFOUND');
  };
  const listener = await listenNsca(
    { address: '127.0.0.1', port: 0, method: 14, password, ...options },
    { intake, log: logs.log, clock, counters, randomBytes, lookUp },
  );
  test.after(() => listener.stop(0));
  const client = (method = options.method ?? 14, secret: Uint8Array = password) =>
    RawNscaClient.connect(listener.port, method, secret);
  /** Holds the intake until the function that it gives is called. */
  const hold = () => {
    let release = () => {};
    gate = new Promise((resolve) => {
      release = resolve;
    });
    return () => release();
  };
  return { listener, logs, counters, services, identities, client, hold };
}

/** How many bytes come on a new connection before it ends. */
async function bytesOf(port: number): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  return socket.bytesRead;
}

describe('several keys', () => {
  const old = Buffer.from('old');
  const moreKeys = [
    { method: 14, password: old },
    { method: 3, password },
    { method: 3, password: old },
  ] as const;

  test('clients with any of them are served at the same time', async (t) => {
    const { client, services, logs } = await startListener(t, { moreKeys });
    for (const [n, { method, password: secret }] of moreKeys.entries()) {
      const sender = await client(method, secret);
      const sizes = [4304, 720, 4304] as const;
      await sender.send(
        Buffer.concat(sizes.map((size) => sender.packet({ service: `${n}` }, size))),
      );
      assert.equal(await sender.end(), 'closed');
    }
    assert.deepEqual(services, ['0', '0', '0', '1', '1', '1', '2', '2', '2']);
    assert.deepEqual(logs.records, []);
  });

  test('another password is still refused', async (t) => {
    const { client, logs, services } = await startListener(t, { moreKeys });
    const sender = await client(3, Buffer.from('new'));
    await sender.send(sender.packet({}));
    assert.equal(await sender.ended(), 'reset');
    assert.deepEqual(services, []);
    const message = logs.of('NSCA_PACKET_REFUSED')[0]?.message ?? '';
    assert.match(
      message,
      /wrong password or encryption method\? No method reads it with our password/,
    );
  });
});

describe('a wrong method', () => {
  test('is named, with the one that the listener has', async (t) => {
    for (const [method, name] of [
      [3, '3 \\(tripledes\\)'],
      [1, '1 \\(xor\\)'],
      [0, '0 \\(none\\)'],
      [8, '8 \\(blowfish\\)'],
    ] as const) {
      const { client, logs } = await startListener(t);
      const sender = await client(method);
      await sender.send(sender.packet({}, 720));
      assert.equal(await sender.end(), 'reset');
      const [record] = logs.of('NSCA_PACKET_REFUSED');
      const expected = `looks like method ${name}, the listener has 14 \\(rijndael-128\\)$`;
      assert.match(record?.message ?? '', new RegExp(expected));
      assert.equal(record?.fields['looks_like_method'], method);
    }
  });

  test('is looked for once a minute for each address, and logged a hundred times', async (t) => {
    const { client, logs, counters } = await startListener(t);
    for (let n = 0; n < 110; n++) {
      const sender = await client(3);
      await sender.send(sender.packet({}, 720));
      assert.equal(await sender.end(), 'reset');
    }
    assert.equal(counters.get('packets_refused_version'), 110);
    const records = logs.of('NSCA_PACKET_REFUSED');
    assert.equal(records.length, 100);
    assert.equal(records.filter(({ fields }) => 'looks_like_method' in fields).length, 1);
  });
});

describe("a packet's time", () => {
  const table: readonly (readonly [number, RegExp | undefined])[] = [
    [0, undefined],
    [-20, undefined],
    [20, undefined],
    [-1000, /its time is 1000 seconds behind ours, more than max_packet_age allows/],
    [1000, /its time is 1000 seconds ahead of ours/],
  ];
  for (const [difference, refused] of table) {
    test(`that differs by ${difference} seconds`, async (t) => {
      const clock = { ...systemClock, nowMs: () => 1_700_000_000_500 };
      const { client, logs, services, counters } = await startListener(t, {}, clock);
      const sender = await client();
      const first = sender.packet({ service: 'first' });
      const timestamp = sender.init.timestamp + difference;
      await sender.send(Buffer.concat([first, sender.packet({ timestamp, service: 'second' })]));
      assert.equal(await sender.end(), refused === undefined ? 'closed' : 'reset');
      assert.deepEqual(services, refused === undefined ? ['first', 'second'] : ['first']);
      assert.equal(counters.get('packets_refused_age'), refused === undefined ? 0 : 1);
      assert.match(logs.of('NSCA_PACKET_REFUSED')[0]?.message ?? '', refused ?? /^$/);
    });
  }

  test('does not matter with 0', async (t) => {
    const { client, services } = await startListener(t, { maxPacketAgeSeconds: 0 });
    const sender = await client();
    await sender.send(sender.packet({ timestamp: 0 }));
    assert.equal(await sender.end(), 'closed');
    assert.equal(services.length, 1);
  });

  test('is not counted while we ourselves hold the client back', async (t) => {
    let aheadMs = 0;
    const clock: Clock = {
      ...systemClock,
      nowMs: () => Date.now() + aheadMs,
      monotonicMs: () => performance.now() + aheadMs,
    };
    const { client, services, counters, hold } = await startListener(t, {}, clock);
    const release = hold();
    const sender = await client();
    const packets = Array.from({ length: 1500 }, (_, n) => sender.packet({ service: `${n}` }, 720));
    const sent = sender.send(Buffer.concat(packets));
    await waitFor('reading to stop', () => counters.get('packets_read') > 512);
    aheadMs = 300_000;
    release();
    await sent;
    assert.equal(await sender.end(), 'closed');
    assert.deepEqual(
      services,
      packets.map((_, n) => `${n}`),
    );
  });
});

describe('a packet that comes again', () => {
  test('is refused, whoever sends it behind a good one', async (t) => {
    const { client, logs, services, counters } = await startListener(t);
    const victim = await client();
    const packets = [victim.packet({ service: 'one' }), victim.packet({ service: 'two' })];
    await victim.send(Buffer.concat(packets));
    assert.equal(await victim.end(), 'closed');
    const attacker = await client();
    await attacker.send(Buffer.concat([attacker.packet({ service: 'own' }), ...packets]));
    assert.equal(await attacker.end(), 'reset');
    assert.deepEqual(services, ['one', 'two', 'own']);
    assert.equal(counters.get('packets_refused_replay'), 1);
    const messages = logs.of('NSCA_PACKET_REFUSED').map(({ message }) => message);
    assert.match(messages.join('\n'), /the same packet came before/);
  });

  test('is no replay when it is the same result on a new connection', async (t) => {
    const { client, services } = await startListener(t);
    for (let n = 0; n < 3; n++) {
      const sender = await client();
      await sender.send(Buffer.concat([sender.packet({}), sender.packet({})]));
      assert.equal(await sender.end(), 'closed');
    }
    assert.equal(services.length, 6);
  });
});

describe('who may connect', () => {
  const ranges = (...texts: readonly string[]) => {
    const list = new AddressList();
    for (const text of texts) assert.equal(list.add(text), undefined);
    return list;
  };
  const rights = new Rights({
    hosts: { matches: (name) => name === 'h' },
    services: { matches: () => true },
    commands: { matches: () => false },
  });
  const client = (name: string, ...addresses: readonly string[]) => ({
    addresses: ranges(...addresses),
    identity: { name, rights, resultsPerSecond: undefined },
  });

  test('is everybody in allow', async (t) => {
    const clients = new NscaClients(ranges('10.0.0.0/8', '127.0.0.0/8'), []);
    const { client: connectTo, services } = await startListener(t, { clients });
    const sender = await connectTo();
    await sender.send(sender.packet({}));
    assert.equal(await sender.end(), 'closed');
    assert.equal(services.length, 1);
  });

  test('others are turned away before they get an init packet, and told', async (t) => {
    for (const clients of [
      new NscaClients(ranges('10.0.0.0/8'), []),
      new NscaClients(undefined, [client('other', '10.0.0.0/8')]),
    ]) {
      const { listener, counters, logs } = await startListener(t, { clients });
      assert.equal(await bytesOf(listener.port), 0);
      assert.equal(counters.get('connections_not_allowed'), 1);
      assert.match(logs.of('CLIENT_NOT_ALLOWED')[0]?.message ?? '', /turned away 127\.0\.0\.1:/);
    }
  });

  test('what a client may report goes with its results', async (t) => {
    const clients = new NscaClients(undefined, [
      client('none', '10.0.0.0/8'),
      client('first', '127.0.0.1'),
      client('second', '127.0.0.0/8'),
    ]);
    const { client: connectTo, identities } = await startListener(t, { clients });
    const sender = await connectTo();
    await sender.send(sender.packet({}));
    assert.equal(await sender.end(), 'closed');
    assert.deepEqual(identities, ['first']);
  });

  test('is limited in number for each address', async (t) => {
    const {
      listener,
      client: connectTo,
      counters,
      logs,
    } = await startListener(t, {
      maxConnectionsPerAddress: 2,
    });
    const [first] = [await connectTo(), await connectTo()];
    assert.equal(await bytesOf(listener.port), 0);
    assert.equal(counters.get('connections_over_limit'), 1);
    assert.match(
      logs.of('CONNECTIONS_FULL')[0]?.message ?? '',
      /2 NSCA connections from its address are open already/,
    );
    await first.end();
    await waitFor('a free place', async () => (await firstBytes(listener.port)) > 0);
  });
});

/** How many bytes a new connection gets first; it is given up then. */
async function firstBytes(port: number): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
  const read: Buffer | null = socket.read();
  socket.destroy();
  return read?.length ?? 0;
}

test('strict_mode_spoofing takes results only for hosts of the client', async (t) => {
  const { client, services, logs, counters } = await startListener(t, { strictSpoofing: true });
  const sender = await client();
  const hosts = ['here', 'there', 'nowhere', 'here'];
  await sender.send(
    Buffer.concat(hosts.map((host, n) => sender.packet({ host, service: `${host}${n}` }))),
  );
  assert.equal(await sender.end(), 'closed');
  assert.deepEqual(services, ['here0', 'here3']);
  assert.equal(counters.get('results_not_allowed'), 2);
  const messages = logs.of('RESULT_REFUSED').map(({ message }) => message);
  assert.match(messages.join('\n'), /none of those that "there" has .*\n.*"nowhere" has/);
});

describe('another protocol on the port of NSCA', () => {
  /** Sends a text on a connection, and waits for its end, whichever that is. */
  async function sendTo(port: number, bytes: string): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => {});
    socket.resume();
    socket.end(bytes);
    await new Promise((resolve) => socket.once('close', resolve));
  }

  const texts: readonly (readonly [string, string])[] = [
    ['HTTP', 'GET /nrdp/ HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['NSCA-ng without TLS', 'MOIN 1 abcdefgh\r\n'],
    ['SSH', 'SSH-2.0-x\r\n'],
  ];
  for (const [protocol, bytes] of texts) {
    test(`${protocol} is told so`, async (t) => {
      const { listener, logs } = await startListener(t);
      await sendTo(listener.port, bytes);
      const told = await waitFor('a message', () => logs.of('NSCA_OTHER_PROTOCOL')[0]);
      assert.equal(told?.fields['protocol'], protocol);
      assert.match(told?.message ?? '', /it speaks .*, not NSCA/);
      assert.deepEqual(logs.of('NSCA_PACKET_REFUSED'), []);
    });
  }

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`${maxVersion} is told so, and good clients are served meanwhile`, async (t) => {
      const { listener, logs, client, services } = await startListener(t);
      const socket = tls.connect({ host: '127.0.0.1', port: listener.port, maxVersion });
      await once(socket, 'error');
      const told = await waitFor('a message', () => logs.of('NSCA_OTHER_PROTOCOL')[0]);
      assert.match(told?.message ?? '', /it speaks TLS, not NSCA: is it a client of NSCA-ng/);
      const good = await client();
      await good.send(good.packet({}));
      assert.equal(await good.end(), 'closed');
      assert.deepEqual(services, ['s']);
    });
  }

  test('junk is not taken for any', async (t) => {
    const { listener, logs } = await startListener(t);
    await sendTo(listener.port, 'j'.repeat(5_000));
    await waitFor('a refusal', () => logs.of('NSCA_PACKET_REFUSED').length > 0);
    assert.deepEqual(logs.of('NSCA_OTHER_PROTOCOL'), []);
  });
});
