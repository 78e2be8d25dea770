import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameValue } from '../../../platform/same-value.ts';
import { Secret } from '../../../platform/secret.ts';

const secret = (text: string) => new Secret(Buffer.from(text));
const optionsOf = (password: string) => ({
  host: 'h',
  urls: [new URL('https://a/')],
  auth: { password: secret(password) },
  old: [secret('one')],
  ca: Buffer.from('ca'),
  proxy: undefined,
});

test('values that say the same are the same, wherever a secret is in them', () => {
  assert.ok(isSameValue(optionsOf('x'), optionsOf('x')));
  assert.ok(!isSameValue(optionsOf('x'), optionsOf('y')));
  assert.ok(!isSameValue(secret('x'), secret('longer')));
  assert.ok(!isSameValue([secret('x')], [secret('y')]));
});

test('all else is compared as well', () => {
  const options = optionsOf('x');
  assert.ok(!isSameValue(options, { ...options, host: 'other' }));
  assert.ok(!isSameValue(options, { ...options, urls: [new URL('https://b/')] }));
  assert.ok(!isSameValue(options, { ...options, urls: [] }));
  assert.ok(!isSameValue(options, { ...options, ca: Buffer.from('cb') }));
  assert.ok(!isSameValue({ a: undefined }, { b: undefined }));
  assert.ok(!isSameValue([], {}));
  assert.ok(!isSameValue(null, {}));
});
