import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNscaMethod } from '../../../../protocol/nsca/nsca-method.ts';

test('numbers and names are accepted, in any case', () => {
  const table: Readonly<Record<string, number>> = {
    '0': 0,
    none: 0,
    '1': 1,
    XOR: 1,
    '2': 2,
    des: 2,
    '3': 3,
    tripledes: 3,
    '3DES': 3,
    '11': 11,
    rc2: 11,
    '14': 14,
    'Rijndael-128': 14,
    aes: 14,
    'AES-256': 14,
    ' 14 ': 14,
    Blowfish: 8,
    '16': 16,
    'safer+': 26,
  };
  for (const [text, method] of Object.entries(table)) {
    assert.deepEqual(parseNscaMethod(text), { ok: true, method }, text);
  }
});

test('what is refused says why and what is accepted', () => {
  const accepted =
    'use 14 (rijndael-128), or one of 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 15, 16, 20, 23, 26';
  const table: Readonly<Record<string, string>> = {
    '7': 'encryption method 7 (threeway) is not part of libmcrypt: no NSCA program works with it',
    Wake: 'encryption method 19 (wake) is a stream cipher, which NSCA cannot use: no NSCA program works with it',
    arcfour:
      'encryption method 12 (arcfour) is a stream cipher, which NSCA cannot use: no NSCA program works with it',
    '17': 'encryption method 17 (mars) is not part of libmcrypt: no NSCA program works with it',
    '27': "unknown encryption method '27'",
    rot13: "unknown encryption method 'rot13'",
    '': "unknown encryption method ''",
    '-1': "unknown encryption method '-1'",
    '1.0': "unknown encryption method '1.0'",
  };
  for (const [text, message] of Object.entries(table)) {
    assert.deepEqual(parseNscaMethod(text), { ok: false, message: `${message}; ${accepted}` });
  }
});

test('every number from 0 to 26 is known', () => {
  for (let number = 0; number <= 26; number++) {
    const parsed = parseNscaMethod(String(number));
    assert(parsed.ok || !parsed.message.startsWith('unknown'), `method ${number}`);
  }
});
