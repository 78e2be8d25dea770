import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { supportedNscaMethods } from '../../../../protocol/nsca/nsca-method.ts';
import { encodeNscaPacket } from '../../../../protocol/nsca/nsca-packet.ts';
import { createKeyedCipher, createPacketCipher } from '../../../../protocol/nsca/packet-cipher.ts';
import { type PacketEvent, PacketReader } from '../../../../protocol/nsca/packet-reader.ts';
import { DecryptPool } from '../../../../server-shim/listen/decrypt-pool.ts';
import { PacketDecrypting } from '../../../../server-shim/listen/packet-decrypting.ts';
import { LogList } from '../../../support/log-list.ts';

const password = new Uint8Array(Buffer.from('a secret of 24 bytes ...'));
const iv = new Uint8Array(128).fill(7);

function startPool(test: TestContext, method: (typeof supportedNscaMethods)[number]) {
  const logs = new LogList();
  const pool = new DecryptPool({ keys: [{ method, password }] }, logs.log);
  test.after(() => pool.stop());
  const reader = new PacketReader([createKeyedCipher(method, password)], iv);
  const cipher = createPacketCipher(method, password, iv);
  const packets = (services: readonly string[]) =>
    Buffer.concat(
      services.map((service) => {
        const packet = { timestamp: 1, returnCode: 0, host: 'h', service, output: 'o' };
        const { bytes } = encodeNscaPacket(packet, { size: 4304, filler: Buffer.alloc(4304, 'x') });
        return cipher.encrypt(bytes);
      }),
    );
  return { pool, reader, packets, logs };
}

function servicesOf(events: readonly PacketEvent[]): string[] {
  return events.map((event) => (event.kind === 'packet' ? event.packet.service : event.reason));
}

describe('another thread reads what this one would', () => {
  for (const method of supportedNscaMethods) {
    test(`method ${method}`, async (t) => {
      const { pool, reader, packets } = startPool(t, method);
      const bytes = packets(['a', 'b', 'c']);
      const services: string[] = [];
      for (const [from, to] of [
        [0, 5000],
        [5000, 5100],
        [5100, 12_912],
      ]) {
        services.push(...servicesOf(await pool.push(reader, bytes.subarray(from, to))));
      }
      assert.deepEqual(services, ['a', 'b', 'c']);
      // And this one goes on from there.
      assert.deepEqual(servicesOf(reader.push(packets(['d']))), ['d']);
    });
  }
});

test('many connections at once keep their own order', async (t) => {
  const { pool } = startPool(t, 3);
  const run = async (connection: number) => {
    const ownIv = new Uint8Array(128).fill(connection);
    const cipher = createPacketCipher(3, password, ownIv);
    const reader = new PacketReader([createKeyedCipher(3, password)], ownIv);
    const services: string[] = [];
    for (let n = 0; n < 5; n++) {
      const packet = { timestamp: 1, returnCode: 0, host: 'h', service: `${n}`, output: 'o' };
      const { bytes } = encodeNscaPacket(packet, { size: 720, filler: Buffer.alloc(720, 'x') });
      services.push(...servicesOf(await pool.push(reader, cipher.encrypt(bytes))));
    }
    return services.join('');
  };
  const all = await Promise.all(Array.from({ length: 20 }, (_, connection) => run(connection)));
  assert.deepEqual(new Set(all), new Set(['01234']));
});

test('when threads fail their work is done here, and that is told', async (t) => {
  const { pool, reader, packets, logs } = startPool(t, 14);
  // A chunk that no thread can be given: its state is not what a reader has.
  const broken = new PacketReader([createKeyedCipher(14, password)], iv);
  const first = pool.push(reader, packets(['a']));
  Object.defineProperty(broken, 'state', { get: () => undefined });
  const failing = Array.from({ length: 8 }, () => pool.push(broken, new Uint8Array(10)));
  assert.deepEqual(servicesOf(await first), ['a']);
  await Promise.all(failing);
  assert(logs.of('DECRYPT_THREAD_FAILED').length > 0);
  assert.deepEqual(servicesOf(await pool.push(reader, packets(['b']))), ['b']);
});

test('little is decrypted in this thread, much in another', (t) => {
  const { pool, packets } = startPool(t, 20);
  const isElsewhere = (methods: readonly (1 | 14 | 20)[], bytes: Uint8Array) => {
    const reader = new PacketReader([createKeyedCipher(20, password)], iv);
    return new PacketDecrypting(pool, methods).push(reader, bytes) instanceof Promise;
  };
  const one = packets(['a']);
  const fifteen = packets('abcdefghijklmno'.split(''));
  assert(isElsewhere([20], one));
  assert(!isElsewhere([14], one));
  assert(isElsewhere([14], fifteen));
  assert(isElsewhere([1, 20], one));
  assert(!isElsewhere([1], fifteen));
  assert(!isElsewhere([20], one.subarray(0, 4000)));
});
