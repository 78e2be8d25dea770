import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineBuffer } from '../../../../agent/input/line-buffer.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

/** All lines of a text that is pushed in pieces of `pieceBytes`. */
function linesOf(text: string, pieceBytes: number, buffer = new LineBuffer()): string[] {
  const bytes = Buffer.from(text, 'latin1');
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    buffer.push(bytes, at, Math.min(bytes.length, at + pieceBytes));
    for (let line = buffer.next(); line !== undefined; line = buffer.next()) lines.push(line);
  }
  return lines;
}

test('lines are the same wherever blocks are cut', () => {
  const text = 'one\n\ntwo \0 NUL\r\n\xe4\xff\x80\nlonger than the others\nunfinished';
  const expected = text.split('\n').slice(0, -1);
  for (let piece = 1; piece <= text.length; piece++) {
    assert.deepEqual(linesOf(text, piece), expected, `pieces of ${piece}`);
  }
});

test('several blocks may wait', () => {
  const buffer = new LineBuffer();
  for (const piece of ['a', 'b\nc\nd', 'e', '', 'f\n']) {
    buffer.push(Buffer.from(piece), 0, piece.length);
  }
  assert.deepEqual([buffer.next(), buffer.next(), buffer.next()], ['ab', 'c', 'def']);
  assert.equal(buffer.next(), undefined);
  assert.equal(buffer.empty, true);
});

test('the end of the last line taken is counted from the given offset', () => {
  const buffer = new LineBuffer(100);
  const bytes = Buffer.from('one\ntwo\nthr');
  buffer.push(bytes, 0, bytes.length);
  assert.equal(buffer.takenEnd, 100);
  buffer.next();
  assert.equal(buffer.takenEnd, 104);
  buffer.next();
  assert.equal(buffer.next(), undefined);
  assert.equal(buffer.takenEnd, 108);
  assert.deepEqual([buffer.drained, buffer.empty], [true, false]);
});

test('an unfinished line becomes a line when no more will come', () => {
  const buffer = new LineBuffer();
  buffer.push(Buffer.from('whole\npart'), 0, 10);
  buffer.finish();
  assert.deepEqual([buffer.next(), buffer.next(), buffer.next()], ['whole', 'part', undefined]);
  assert.equal(buffer.takenEnd, 10);
  assert.equal(buffer.empty, true);
});

test('nothing comes of no bytes', () => {
  const buffer = new LineBuffer();
  buffer.finish();
  assert.equal(buffer.next(), undefined);
});

test('a line is cut at the limit, counted, and the next one is whole', () => {
  const text = '12345\n123456\n1234567890123\nok\n';
  for (let piece = 1; piece <= text.length; piece++) {
    const buffer = new LineBuffer(0, 5);
    assert.deepEqual(linesOf(text, piece, buffer), ['12345', '12345', '12345', 'ok']);
    assert.equal(buffer.linesCut, 2, `pieces of ${piece}`);
    assert.equal(buffer.takenEnd, text.length);
  }
});

test('64 MiB without a newline take linear time and bounded memory', () => {
  const block = Buffer.alloc(64 * 1024, 'x');
  const buffer = new LineBuffer();
  const begin = performance.now();
  for (let at = 0; at < 1024; at++) {
    buffer.push(block, 0, block.length);
    assert.equal(buffer.next(), undefined);
  }
  buffer.push(Buffer.from('\nnext\n'), 0, 6);
  assert.equal(buffer.next()?.length, 1024 * 1024);
  assert.equal(buffer.next(), 'next');
  assert.equal(buffer.linesCut, 1);
  // Quadratic work would be 32 GiB of copying.
  assert.ok(performance.now() - begin < 5_000);
});

test('lines that are passed over are those before one that a filter finds, each counted once', (t) => {
  const { below: random, seed } = seededRandom(t);
  const filter = {
    find: (bytes: Uint8Array, from: number, to: number) => {
      const at = bytes.subarray(from, to).indexOf('x'.charCodeAt(0));
      return at < 0 ? -1 : from + at;
    },
  };
  for (let round = 0; round < 300; round++) {
    const words = ['', 'a', 'bb', 'x', 'ax', 'a\0b', 'c'.repeat(30)];
    const lines = Array.from({ length: 40 }, () => words[random(words.length)] ?? '');
    const text = `${lines.join('\n')}\n`;
    const buffer = new LineBuffer();
    const bytes = Buffer.from(text);
    let taken = 0;
    let end = 0;
    const take = (count: number) => {
      for (const line of lines.slice(taken, taken + count)) end += line.length + 1;
      taken += count;
      assert.equal(buffer.takenEnd, end, `SEED=${seed}`);
    };
    for (let at = 0; at < bytes.length; ) {
      const pieceEnd = Math.min(bytes.length, at + 1 + random(60));
      buffer.push(bytes, at, pieceEnd);
      at = pieceEnd;
      while (!buffer.drained) {
        const passed = buffer.passOver(filter, 2);
        const count = passed?.count ?? 0;
        const left = lines.slice(taken, taken + count);
        assert.ok(!left.some((line) => line.includes('x')), `SEED=${seed}`);
        assert.deepEqual(passed?.last ?? [], left.slice(-2), `SEED=${seed}`);
        take(count);
        const line = buffer.next();
        if (line === undefined) break;
        assert.equal(line, lines[taken], `SEED=${seed}`);
        take(1);
      }
    }
    assert.equal(taken, lines.length, `SEED=${seed}`);
  }
});

test('where a limit may cut lines none is passed over', () => {
  const buffer = new LineBuffer(0, 1024);
  buffer.push(Buffer.from('a\nb\n'), 0, 4);
  assert.equal(buffer.passOver({ find: () => -1 }, 1), undefined);
  assert.deepEqual([buffer.next(), buffer.next()], ['a', 'b']);
});
