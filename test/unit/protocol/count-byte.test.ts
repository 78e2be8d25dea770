import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countByte } from '../../../protocol/count-byte.ts';
import { SeededRandom, seedOfRun } from '../../support/seeded-random.ts';

const seed = seedOfRun();

test(`counts as a plain loop does, wherever it begins and ends (SEED=${seed})`, () => {
  const random = new SeededRandom(seed);
  for (let round = 0; round < 2_000; round++) {
    const length = random.below(random.pick([10, 100, 5_000]));
    // Neighbours of the byte that is sought, and of the ends of a byte's range.
    const bytes = Uint8Array.from({ length }, () =>
      random.pick([0, 9, 10, 11, 127, 128, 138, 255]),
    );
    const view = bytes.subarray(random.below(9));
    const from = random.below(view.length + 1);
    const to = from + random.below(view.length - from + 1);
    const byte = random.pick([0, 10, 128, 255]);
    const expected = view.subarray(from, to).filter((one) => one === byte).length;
    assert.equal(countByte(view, byte, from, to), expected, `${view.length} ${from} ${to} ${byte}`);
  }
});

test('no sum overflows: many words of nothing else', () => {
  assert.equal(countByte(new Uint8Array(10_001).fill(10), 10, 1, 10_001), 10_000);
});
