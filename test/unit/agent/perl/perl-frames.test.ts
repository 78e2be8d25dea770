import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeFrame,
  type Frame,
  FrameReader,
  frameBytesMax,
} from '../../../../agent/perl/perl-frames.ts';
import type { PerlArgument } from '../../../../agent/sec/perl/perl.ts';
import { bytesOf } from '../../../../protocol/byte-string.ts';

const allBytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');

/** Feeds bytes in pieces of the given sizes (the last one again and again). */
function readFrames(bytes: Buffer, sizes: readonly number[]): Frame[] {
  const reader = new FrameReader();
  const frames: Frame[] = [];
  let offset = 0;
  for (let piece = 0; offset < bytes.length; piece += 1) {
    const size = sizes[Math.min(piece, sizes.length - 1)] ?? 1;
    reader.fill((buffer, at, length) => {
      const count = bytes.copy(buffer, at, offset, offset + Math.min(size, length));
      offset += count;
      return count;
    });
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) frames.push(frame);
  }
  return frames;
}

const samples: readonly (readonly PerlArgument[])[] = [
  [],
  [''],
  ['a', undefined, '0'],
  [allBytes, allBytes + allBytes],
  [[], ['a', undefined, '']],
  [
    new Map(),
    new Map([
      ['k', 'v'],
      ['', undefined],
    ]),
  ],
  [{ reference: 7, type: 'CODE', text: 'CODE(0x55)' }],
  [{ reference: 2 ** 40, type: 'HASH', text: 'HASH(0x1)', entries: new Map([['a\0', '\xff']]) }],
];

test('frames come out as they went in', () => {
  for (const items of samples)
    assert.deepEqual(readFrames(bytesOf(encodeFrame('v', items)), [1 << 16]), [
      { kind: 'v', items },
    ]);
});

test('frames come out of any pieces', () => {
  const bytes = bytesOf(samples.map((items) => encodeFrame('E', items)).join(''));
  const wanted = samples.map((items) => ({ kind: 'E', items }));
  for (const sizes of [[1], [2], [3], [5, 1, 100], [4, 1000], [bytes.length]])
    assert.deepEqual(readFrames(bytes, sizes), wanted);
});

test('frames of several MiB, with small ones around them', () => {
  const large = allBytes.repeat(20_000);
  const items = [['s'], [large, large], ['t'], [undefined, large], ['u']];
  const bytes = bytesOf(items.map((one) => encodeFrame('v', one)).join(''));
  const frames = readFrames(bytes, [65_536, 10, 65_536]);
  assert.deepEqual(
    frames.map((frame) => frame.items),
    items,
  );
});

test('what is no frame is refused', () => {
  const broken = {
    'too long': '\xff\xff\xff\xff',
    empty: '\0\0\0\0',
    'no tags': '\x01\0\0\0v',
    'a text beyond the end': '\x0a\0\0\0v\x01\0\0\0s\x09\0\0\0',
    'an unknown tag': '\x0a\0\0\0v\x01\0\0\0?\0\0\0\0',
    'a text without a tag': '\x09\0\0\0v\0\0\0\0\0\0\0\0',
    'an incomplete reference': '\x0e\0\0\0v\x01\0\0\0r\x04\0\0\0\0\0\0\0',
  };
  for (const [what, text] of Object.entries(broken))
    assert.throws(() => readFrames(bytesOf(text), [100]), { code: 'PEER_PROTOCOL' }, what);
});

test('a request beyond the limit is refused', () => {
  const items = ['x'.repeat(frameBytesMax)];
  assert.throws(() => encodeFrame('e', items), { code: 'PEER_PROTOCOL' });
});
