import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import {
  decodeNscaPacket,
  encodeNscaPacket,
  type NscaPacket,
} from '../../../../protocol/nsca/nsca-packet.ts';
import { PacketReader } from '../../../../protocol/nsca/packet-reader.ts';
import { plainCipher } from '../../../../protocol/nsca/plain-cipher.ts';
import { crcVectors, filler, packetBytes, packetCases } from './nsca-fixtures.ts';

const iv = new Uint8Array(128);
const result: NscaPacket = { timestamp: 1, returnCode: 0, host: 'h', service: 's', output: 'o' };

/** One literal, four tests: decode, encode, round trip, and split at every byte. */
function packetTests({ name, size, seed, packet }: (typeof packetCases)[number]): void {
  const bytes = packetBytes(name);
  const options = { size, filler: filler(size, seed) };
  describe(name, () => {
    test('decodes', () => assert.deepEqual(decodeNscaPacket(bytes), { ok: true, packet }));
    test('encodes', () => {
      const encoded = encodeNscaPacket(packet, options);
      assert.deepEqual(encoded.cut, []);
      assert.equal(encoded.bytes.toString('hex'), bytes.toString('hex'));
    });
    test('comes back from a round trip', () => {
      const decoded = decodeNscaPacket(encodeNscaPacket(packet, options).bytes);
      assert.deepEqual(decoded, { ok: true, packet });
    });
    test('is read whole when it is split at any byte', () => {
      for (let at = 1; at < bytes.length; at++) {
        const reader = new PacketReader([plainCipher], iv);
        const events = [...reader.push(bytes.subarray(0, at)), ...reader.push(bytes.subarray(at))];
        assert.deepEqual(reader.end(), []);
        const fingerprint = bytes.toString('latin1', bytes.length - 8);
        assert.deepEqual(events, [{ kind: 'packet', packet, size, fingerprint }]);
      }
    });
  });
}

packetCases.forEach(packetTests);

test('the CRC is the one of NSCA', () => {
  for (const { hex, packet, crc32: expected } of crcVectors) {
    const bytes = packet === undefined ? Buffer.from(hex ?? '', 'hex') : packetBytes(packet);
    if (packet !== undefined) bytes.fill(0, 4, 8);
    assert.equal(crc32(bytes).toString(16).padStart(8, '0'), expected);
  }
});

describe('malformed packets', () => {
  const good = packetBytes('svc720');
  const changed = (at: number, value: number) => {
    const bytes = Buffer.from(good);
    bytes[at] = value;
    return bytes;
  };
  const table: readonly (readonly [string, Uint8Array, string])[] = [
    ['nothing', new Uint8Array(0), 'length'],
    ['a byte too few', good.subarray(1), 'length'],
    ['a byte too many', Buffer.concat([good, Buffer.alloc(1)]), 'length'],
    ['version 1', changed(1, 1), 'version'],
    ['version 2', changed(1, 2), 'version'],
    ['version 3 in the wrong byte order', Buffer.concat([changed(0, 3)]).fill(0, 1, 2), 'version'],
    ['zeros', Buffer.alloc(720), 'version'],
    ['damage in the CRC', changed(4, 0), 'crc'],
    ['damage in the output', changed(300, 0), 'crc'],
    ['damage in the padding', changed(719, 0), 'crc'],
  ];
  for (const [name, bytes, reason] of table) {
    test(name, () => assert.deepEqual(decodeNscaPacket(bytes), { ok: false, reason }));
  }
});

test('what is too long is cut, and said', () => {
  const long = 'x'.repeat(5000);
  for (const [size, room] of [
    [720, 511],
    [4304, 4095],
  ] as const) {
    const packet = { ...result, host: long, service: long, output: long };
    const { bytes, cut } = encodeNscaPacket(packet, { size, filler: filler(size) });
    assert.deepEqual(cut, ['host', 'service', 'output']);
    const decoded = decodeNscaPacket(bytes);
    assert(decoded.ok);
    const { host, service, output } = decoded.packet;
    assert.deepEqual([host.length, service.length, output.length], [63, 127, room]);
  }
});

test('a NUL ends a text, and that counts as a cut', () => {
  const packet = { ...result, output: 'before\0after' };
  const { bytes, cut } = encodeNscaPacket(packet, { size: 720, filler: filler(720) });
  assert.deepEqual(cut, ['output']);
  const decoded = decodeNscaPacket(bytes);
  assert(decoded.ok);
  assert.equal(decoded.packet.output, 'before');
});

test('a field without a NUL ends a byte before its end', () => {
  const bytes = packetBytes('full720');
  bytes.fill('H', 14, 78).fill('S', 78, 206);
  bytes.fill(0, 4, 8).writeUInt32BE(crc32(bytes), 4);
  const decoded = decodeNscaPacket(bytes);
  assert(decoded.ok);
  assert.equal(decoded.packet.host, 'H'.repeat(63));
  assert.equal(decoded.packet.service, 'S'.repeat(127));
});

test('numbers that do not fit, and a filler of another size, are programming errors', () => {
  const options = { size: 720, filler: filler(720) } as const;
  assert.throws(() => encodeNscaPacket({ ...result, returnCode: 40_000 }, options), RangeError);
  assert.throws(() => encodeNscaPacket({ ...result, timestamp: -1 }, options), RangeError);
  assert.throws(() => encodeNscaPacket(result, { size: 4304, filler: filler(720) }), RangeError);
});
