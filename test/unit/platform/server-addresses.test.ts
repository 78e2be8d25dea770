import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connectTcp } from '../../../platform/connect-tcp.ts';
import { NagtailError } from '../../../platform/errors.ts';
import {
  addressesTriedMax,
  type ServerAddress,
  ServerAddresses,
} from '../../../platform/server-addresses.ts';
import { reasonOf } from '../../../platform/within-time.ts';
import { freePort } from '../../support/free-port.ts';

const never = new AbortController().signal;

/** Addresses of a name, as a test gives them. */
const named = (port: number, ...addresses: readonly string[]) =>
  new ServerAddresses({ host: 'name', port }, async () => addresses);

/** Connects, tells which address it was, and closes. */
async function touch(address: ServerAddress, limit: AbortSignal): Promise<string> {
  const socket = await connectTcp(address, limit);
  socket.destroy();
  return address.host;
}

/** A server on one address only. */
async function listen(t: TestContext, host: string, port = 0): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

function failsWith(code: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof NagtailError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

for (const listening of ['127.0.0.1', '127.0.0.2', '::1']) {
  test(`of several addresses the one that works is found: ${listening}`, async (t) => {
    const port = await listen(t, listening);
    const addresses = named(port, '127.0.0.1', '127.0.0.2', '::1');
    assert.equal(await addresses.open(touch, 5_000, never), listening);
  });
}

test('the address that worked last is tried first, one to avoid last', async (t) => {
  const port = await listen(t, '127.0.0.2');
  const addresses = named(port, '127.0.0.1', '127.0.0.2', '127.0.0.3');
  const tried: string[] = [];
  const open = (address: ServerAddress, limit: AbortSignal) => {
    tried.push(address.host);
    return touch(address, limit);
  };
  await addresses.open(open, 5_000, never);
  await addresses.open(open, 5_000, never);
  assert.deepEqual(tried.splice(0), ['127.0.0.1', '127.0.0.2', '127.0.0.2']);
  addresses.avoidLast();
  await addresses.open(open, 5_000, never);
  assert.deepEqual(tried, ['127.0.0.1', '127.0.0.3', '127.0.0.2']);
});

test('when none works the error tells what each answered', async () => {
  const port = await freePort();
  await assert.rejects(
    named(port, '127.0.0.1', '::1').open(touch, 5_000, never),
    failsWith(
      'PEER_UNREACHABLE',
      /^none of its 2 addresses works: 127\.0\.0\.1: connection refused: nothing listens there; ::1: connection refused/,
    ),
  );
  await assert.rejects(
    named(port, '127.0.0.1').open(touch, 5_000, never),
    failsWith('PEER_UNREACHABLE', /^connection refused: nothing listens there$/),
  );
});

test('an address that does not answer leaves time for the next', async (t) => {
  const port = await listen(t, '127.0.0.1');
  const hangs = (limit: AbortSignal) =>
    new Promise<string>((_, reject) =>
      limit.addEventListener('abort', () => reject(reasonOf(limit))),
    );
  const open = (address: ServerAddress, limit: AbortSignal) =>
    address.host === '127.0.0.9' ? hangs(limit) : touch(address, limit);
  assert.equal(await named(port, '127.0.0.9', '127.0.0.1').open(open, 400, never), '127.0.0.1');
  await assert.rejects(
    named(port, '127.0.0.9').open(open, 200, never),
    failsWith('PEER_TIMEOUT', /^no answer within 0\.2 s \(timeout\)$/),
  );
});

test('a name that cannot be resolved, that has no address, or whose resolver hangs', async () => {
  const missing = new ServerAddresses({ host: 'no-such-name.invalid', port: 1 });
  await assert.rejects(
    missing.open(touch, 60_000, never),
    failsWith('PEER_UNREACHABLE', /name cannot be resolved/),
  );
  await assert.rejects(
    named(1).open(touch, 5_000, never),
    failsWith('PEER_UNREACHABLE', /the name name has no address/),
  );
  let lookups = 0;
  const hanging = new ServerAddresses({ host: 'name', port: 1 }, () => {
    lookups++;
    return new Promise(() => {});
  });
  for (let attempt = 0; attempt < 3; attempt++) {
    await assert.rejects(
      hanging.open(touch, 20, never),
      failsWith('PEER_TIMEOUT', /^the name name was not resolved in time/),
    );
  }
  assert.equal(lookups, 1);
});

test('the signal of the caller ends it at once, at whatever address it is', async () => {
  const stop = new AbortController();
  const tried: string[] = [];
  const attempt = named(1, 'a', 'b', 'c').open(
    (address, limit) => {
      tried.push(address.host);
      stop.abort();
      return Promise.reject(reasonOf(limit));
    },
    60_000,
    stop.signal,
  );
  await assert.rejects(attempt, failsWith('PEER_TIMEOUT', /^stopped before it answered$/));
  assert.deepEqual(tried, ['a']);
});

test('not more than so many addresses are tried, each once', async () => {
  const many = Array.from({ length: 40 }, (_, index) => `10.0.0.${index % 30}`);
  const tried: string[] = [];
  const attempt = named(1, ...many).open(
    ({ host }) => {
      tried.push(host);
      return Promise.reject(new Error('no'));
    },
    60_000,
    never,
  );
  await assert.rejects(attempt, failsWith('PEER_UNREACHABLE', /none of its 16 addresses works/));
  assert.deepEqual(tried, many.slice(0, addressesTriedMax));
});

test('a name of this machine is resolved by the system', async (t) => {
  const port = await listen(t, '127.0.0.1');
  const addresses = new ServerAddresses({ host: 'localhost', port });
  assert.equal(await addresses.open(touch, 5_000, never), '127.0.0.1');
  assert.equal(String(addresses), `localhost:${port}`);
  assert.equal(String(new ServerAddresses({ host: '::1', port: 5667 })), '[::1]:5667');
});
