import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { describe, test } from 'node:test';
import tls from 'node:tls';
import { encodeHello } from '../../../../protocol/batch/client-frames.ts';
import { batchClient, batchTls } from '../../../support/batch-client.ts';
import { startNgListener } from '../../../support/ng-listener.ts';
import { RawPskClient } from '../../../support/raw-psk-client.ts';
import { waitFor } from '../../../support/wait-for.ts';

const hello = encodeHello({ stream: 's', highestSeq: 100_000 });

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
    const first = await RawPskClient.connect(listener.port, batchTls);
    const session = first.socket.getSession();
    first.socket.destroy();
    const second = await RawPskClient.connect(listener.port, { ...batchTls, session });
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
