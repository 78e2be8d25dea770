import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LineBuffer } from '../../../../agent/sec-program/line-buffer.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';

/** Puts text into a buffer, in as many readings as it takes. */
function fill(buffer: LineBuffer, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let done = 0; done < bytes.length; ) {
    done += buffer.fill((into, at, room) => bytes.copy(into, at, done, done + room));
  }
}

const needles = {
  find(bytes: Uint8Array, from: number, to: number): number {
    return Buffer.from(bytes.subarray(0, to)).indexOf('needle', from);
  },
};

describe('a line buffer', () => {
  test('shows a block at a time', () => {
    const buffer = new LineBuffer();
    fill(buffer, 'one\ntwo\nthr');
    assert.equal(buffer.take(), undefined);
    buffer.show(5);
    assert.deepEqual([buffer.take(), buffer.take(), buffer.hidden], ['one', undefined, 6]);
    buffer.show(100);
    assert.deepEqual([buffer.take(), buffer.take()], ['two', undefined]);
    assert.equal(buffer.takeRest(), 'thr');
    assert.ok(buffer.isEmpty);
  });

  test('keeps a line together that is longer than what is read at once', () => {
    const buffer = new LineBuffer();
    const long = 'x'.repeat(1_000_000);
    fill(buffer, `${long}\nend\n`);
    buffer.show(Infinity);
    assert.equal(buffer.take(), long);
    assert.equal(buffer.take(), 'end');
  });

  /* Random lines, against a plain list. SEED=n replays a run. */
  test('leaves out just the lines before the one that is found, and counts them', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    console.log(`SEED=${seed}`);
    const random = new SeededRandom(seed);
    for (let round = 0; round < 500; round++) {
      const lines = Array.from({ length: random.int(0, 60) }, () =>
        random.chance(0.1) ? 'a needle' : 'h'.repeat(random.int(0, random.pick([3, 300]))),
      );
      const buffer = new LineBuffer();
      fill(buffer, lines.map((line) => `${line}\n`).join(''));
      fill(buffer, 'needle without end');
      while (lines.length > 0) {
        const wanted = random.int(0, 3);
        const next = lines.indexOf('a needle');
        const passed = lines.splice(0, next < 0 ? lines.length : next);
        assert.deepEqual(buffer.passOver(needles, wanted), {
          count: passed.length,
          last: wanted === 0 ? [] : passed.slice(-wanted),
        });
        assert.equal(buffer.take(), lines.shift());
      }
      buffer.show(Infinity);
      assert.equal(buffer.takeRest(), 'needle without end');
    }
  });
});
