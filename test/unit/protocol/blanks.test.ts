import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasBlank, trimBlanks, trimBlanksAtEnd } from '../../../protocol/blanks.ts';
import { byteStringOf } from '../../../protocol/byte-string.ts';

test('the blanks of bytes are six, and no others', () => {
  const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
  const blanks = ['\t', '\n', '\v', '\f', '\r', ' '];
  assert.deepEqual(
    bytes.filter((byte) => trimBlanks(byte) === ''),
    blanks,
  );
  assert.deepEqual(
    bytes.filter((byte) => trimBlanksAtEnd(byte) === ''),
    blanks,
  );
  assert.deepEqual(bytes.filter(hasBlank), blanks);
});

test('blanks go from the ends, and stay within', () => {
  const text = byteStringOf('à l’heure, voilà');
  assert.equal(trimBlanks(` \t${text}\r\n`), text);
  assert.equal(trimBlanksAtEnd(` ${text} \v\f`), ` ${text}`);
  assert.equal(trimBlanks(''), '');
});

test('a million blanks amid a text cost no more than a look at each', () => {
  const text = `a${' '.repeat(1_000_000)}b`;
  const started = performance.now();
  assert.equal(trimBlanks(text), text);
  assert.ok(performance.now() - started < 5_000);
});
