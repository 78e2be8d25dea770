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
  };
  for (const [text, method] of Object.entries(table)) {
    assert.deepEqual(parseNscaMethod(text), { ok: true, method }, text);
  }
});

test('what is refused says why and what is accepted', () => {
  const accepted = 'use 0 (none), 1 (xor), 2 (des), 3 (tripledes), 11 (rc2) or 14 (rijndael-128)';
  const table: Readonly<Record<string, string>> = {
    '8': 'encryption method 8 (blowfish) is not supported yet',
    Twofish: 'encryption method 9 (twofish) is not supported yet',
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
