import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeInitPacket, encodeInitPacket } from '../../../../protocol/nsca/init-packet.ts';

const iv = Uint8Array.from({ length: 128 }, (_, i) => (7 * i + 3) & 255);

test('an init packet is 128 bytes IV and the time, big-endian', () => {
  const bytes = encodeInitPacket({ iv, timestamp: 1_700_000_000 });
  assert.equal(bytes.length, 132);
  assert.deepEqual(new Uint8Array(bytes.subarray(0, 128)), iv);
  assert.equal(bytes.toString('hex', 128), '6553f100');
  assert.deepEqual(decodeInitPacket(bytes), { ok: true, init: { iv, timestamp: 1_700_000_000 } });
});

test('times after 2038 fit', () => {
  const decoded = decodeInitPacket(encodeInitPacket({ iv, timestamp: 0xffffffff }));
  assert(decoded.ok);
  assert.equal(decoded.init.timestamp, 0xffffffff);
});

test('any other length is no init packet', () => {
  for (const length of [0, 1, 128, 131, 133, 720]) {
    assert.deepEqual(decodeInitPacket(new Uint8Array(length)), { ok: false, reason: 'length' });
  }
  assert.throws(() => encodeInitPacket({ iv: new Uint8Array(16), timestamp: 0 }), RangeError);
});
