import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteSet, otherCase } from '../../../../../agent/sec/regex/byte-set.ts';

test('a set holds what it is made of', () => {
  const set = ByteSet.of(0, 255).union(ByteSet.range(0x61, 0x63)).union(ByteSet.ofText('\xe9'));
  assert.deepEqual(set.bytes(), [0, 0x61, 0x62, 0x63, 0xe9, 255]);
  assert.deepEqual(set.ranges(), [
    [0, 0],
    [0x61, 0x63],
    [0xe9, 0xe9],
    [255, 255],
  ]);
  assert.equal(set.size, 6);
  assert.equal(set.has(0x62), true);
  assert.equal(set.has(0x64), false);
});

test('complement and intersection', () => {
  const letters = ByteSet.range(0x61, 0x7a);
  assert.equal(letters.complement().complement().equals(letters), true);
  assert.equal(letters.intersection(letters.complement()).isEmpty(), true);
  assert.equal(letters.union(letters.complement()).equals(ByteSet.all), true);
});

test('only ASCII letters have another case', () => {
  assert.equal(otherCase(0x61), 0x41);
  assert.equal(otherCase(0x5a), 0x7a);
  assert.equal(otherCase(0xe9), undefined);
  assert.deepEqual(ByteSet.ofText('a1\xe9').withBothCases().bytes(), [0x31, 0x41, 0x61, 0xe9]);
});
