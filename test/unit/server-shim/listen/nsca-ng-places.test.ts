import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodePing } from '../../../../protocol/batch/client-frames.ts';
import { batchClient, batchTls, frames } from '../../../support/batch-client.ts';
import { startNgListener } from '../../../support/ng-listener.ts';
import { RawPskClient } from '../../../support/raw-psk-client.ts';
import { waitFor } from '../../../support/wait-for.ts';

describe('places for connections', () => {
  test('one address has only so many connections', async (t) => {
    const { listener, counters, logs } = await startNgListener(t, { maxConnectionsPerAddress: 2 });
    const first = await batchClient(t, listener.port);
    await batchClient(t, listener.port, 'other');
    await assert.rejects(RawPskClient.connect(listener.port, batchTls), { code: 'ECONNRESET' });
    const [told] = logs.of('CONNECTIONS_FULL');
    assert.match(told?.message ?? '', /2 NSCA-ng connections from its address are open already/);
    assert.equal(counters.get('connections_over_limit'), 1);
    assert.equal(counters.get('connections_accepted'), 2);
    assert.equal(counters.get('handshakes_failed'), 0);
    assert.deepEqual(logs.of('TLS_REFUSED'), []);
    first.socket.destroy();
    await waitFor('a free place', async () => {
      try {
        (await RawPskClient.connect(listener.port, batchTls)).socket.destroy();
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
    const third = await RawPskClient.connect(listener.port, batchTls);
    t.after(() => third.socket.destroy());
    const [, end] = await frames(second, 'an end', 2);
    assert.deepEqual(end, { kind: 'end', cause: 'idle', reason: 'others need the place' });
    await second.closed();
    await batchClient(t, listener.port, 'third');
  });
});
