import type { BlockCipher } from './block-cipher.ts';
import { bigEndianWord, littleEndianWord, putBigEndianWord, rotateLeft } from './words.ts';

/**
 * The S-boxes, the one for the lowest four bits first; one hexadecimal digit a value.
 * The standard leaves them open. libmcrypt takes the set that B. Schneier gives in
 * "Applied Cryptography" for the Central Bank of Russia, but in the reverse order and
 * with a slip, which every NSCA program shares: the first set's last value is 2, not c.
 */
const sBoxes = [
  '1fd057a4923e6b82',
  'db413f590ae7682c',
  '4ba0721d36859cfe',
  '6c715fd84a9e03b2',
  '7da1089fe46cb253',
  '581da342efc7609b',
  'eb4c6dfa23810759',
  '4a92d80e6b1c7f53',
];

const rounds = 32;

/**
 * GOST 28147-89 with a key of 32 bytes. Source: the standard, as RFC 5830
 * describes it in English; with libmcrypt's order of bytes in a block, highest first.
 */
export function gostBlock(key: Uint8Array): BlockCipher {
  const subkeys = subkeysOf(key);
  tables ??= substitutions();
  const s = tables;
  return {
    blockBytes: 8,
    encryptBlock(source, start, target) {
      let first = bigEndianWord(source, start);
      let second = bigEndianWord(source, start + 4);
      for (let i = 0; i < rounds; i += 2) {
        second ^= substitute(first + (subkeys[i] ?? 0), s);
        first ^= substitute(second + (subkeys[i + 1] ?? 0), s);
      }
      putBigEndianWord(second, target, 0);
      putBigEndianWord(first, target, 4);
    },
  };
}

function substitute(word: number, s: Int32Array): number {
  return (
    (s[word & 255] ?? 0) |
    (s[256 + ((word >>> 8) & 255)] ?? 0) |
    (s[512 + ((word >>> 16) & 255)] ?? 0) |
    (s[768 + ((word >>> 24) & 255)] ?? 0)
  );
}

let tables: Int32Array | undefined;

/** What each byte of a word becomes by two S-boxes and the rotation by 11 places. */
function substitutions(): Int32Array {
  return Int32Array.from({ length: 4 * 256 }, (_, at) => {
    const byte = at >>> 8;
    const value = at & 255;
    const low = digit(sBoxes[2 * byte], value & 15);
    const high = digit(sBoxes[2 * byte + 1], value >>> 4);
    return rotateLeft((low | (high << 4)) << (8 * byte), 11);
  });
}

function digit(digits: string | undefined, at: number): number {
  return Number.parseInt(digits?.[at] ?? '', 16);
}

/** The eight words of the key three times in order, then once in reverse. */
function subkeysOf(key: Uint8Array): Int32Array {
  const words = Array.from({ length: 8 }, (_, i) => littleEndianWord(key, 4 * i));
  return Int32Array.from([...words, ...words, ...words, ...words.toReversed()]);
}
