import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineBuffer } from '../../../../protocol/nsca-ng/line-buffer.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

/** Takes all lines that there are; a line `block N` is followed by N bytes, which are taken as they are. */
function readAll(chunks: readonly Uint8Array[]): string[] {
  const buffer = new LineBuffer(20);
  const taken: string[] = [];
  let block: number | undefined;
  for (const chunk of chunks) {
    buffer.push(chunk);
    for (;;) {
      if (block !== undefined) {
        const bytes = buffer.take(block);
        if (bytes === undefined) break;
        taken.push(Buffer.from(bytes).toString('latin1'));
        block = undefined;
      }
      const line = buffer.takeLine();
      if (line === undefined) break;
      if (typeof line === 'object') return [...taken, line.fault];
      taken.push(line);
      const size = /^block (\d+)$/.exec(line)?.[1];
      if (size !== undefined) block = Number(size);
    }
  }
  return taken;
}

const text = 'one\r\n\ntwo\nblock 6\r\na\r\nb\n\rthree \xe4\r\r\nblock 0\n\r\nlast\n';
const lines = [
  'one',
  '',
  'two',
  'block 6',
  'a\r\nb\n\r',
  'three \xe4\r',
  'block 0',
  '',
  '',
  'last',
];

test('lines and blocks, in any chunks', (t) => {
  const bytes = Buffer.from(text, 'latin1');
  assert.deepEqual(readAll([bytes]), lines);
  const random = seededRandom(t);
  for (let run = 0; run < 300; run++) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = random.below(8);
      chunks.push(bytes.subarray(at, at + length));
      at += length;
    }
    assert.deepEqual(readAll(chunks), lines);
  }
});

test('a line that is too long, with and without its end', () => {
  const line = (length: number, end: string) => [Buffer.from('x'.repeat(length) + end)];
  assert.deepEqual(readAll(line(20, '\n')), ['x'.repeat(20)]);
  assert.deepEqual(readAll(line(20, '\r\n')), ['x'.repeat(20)]);
  assert.deepEqual(readAll(line(21, '\n')), ['too long']);
  assert.deepEqual(readAll(line(21, '')), []);
  assert.deepEqual(readAll(line(22, '')), ['too long']);
  assert.deepEqual(readAll(line(1_000_000, '')), ['too long']);
});
