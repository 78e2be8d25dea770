import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseAfterFailures } from '../../../senders/back-off.ts';

const pauses: readonly (readonly [failures: number, shortest: number, longest: number])[] = [
  [1, 500, 1_000],
  [2, 1_000, 2_000],
  [3, 2_000, 4_000],
  [6, 16_000, 32_000],
  [7, 30_000, 60_000],
  [50, 30_000, 60_000],
  [1_000_000, 30_000, 60_000],
];

for (const [failures, shortest, longest] of pauses) {
  test(`after ${failures} failures: ${shortest} to ${longest} ms`, () => {
    assert.equal(pauseAfterFailures(failures, 0), shortest);
    assert.equal(pauseAfterFailures(failures, 0.5), (shortest + longest) / 2);
    assert.ok(pauseAfterFailures(failures, 0.999_999) <= longest);
  });
}
