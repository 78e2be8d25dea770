import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomPool } from '../../../../server-shim/listen/random-pool.ts';

test('no bytes are given twice, of whatever lengths', () => {
  const draw = randomPool();
  const given = Array.from({ length: 2_000 }, (_, index) => draw(index % 7 === 0 ? 20_000 : 128));
  const firsts = given.map((bytes) => Buffer.from(bytes.subarray(0, 16)).toString('hex'));
  assert.equal(new Set(firsts).size, given.length);
  for (const [index, bytes] of given.entries()) {
    assert.equal(bytes.length, index % 7 === 0 ? 20_000 : 128);
  }
});

test('what was given stays as it was', () => {
  const draw = randomPool();
  const first = draw(128);
  const copy = Buffer.from(first);
  for (let round = 0; round < 500; round++) draw(128);
  assert.deepEqual(Buffer.from(first), copy);
});
