import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveBack } from '../../../platform/give-back.ts';

test('what nobody shares is given back', () => {
  const bytes = new Uint8Array(10);
  giveBack(bytes);
  assert.equal(bytes.length, 0);
});

test('a part of a larger memory, and memory that threads share, are left alone', () => {
  const whole = Buffer.from('0123456789');
  giveBack(whole.subarray(1));
  assert.equal(whole.toString(), '0123456789');
  const shared = new Uint8Array(new SharedArrayBuffer(10));
  giveBack(shared);
  assert.equal(shared.length, 10);
});
