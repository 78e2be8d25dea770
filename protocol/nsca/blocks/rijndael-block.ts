import { binaryField } from './binary-field.ts';
import type { BlockCipher } from './block-cipher.ts';
import { bigEndianWord, putBigEndianWord, rotateLeft } from './words.ts';

/*
 * Rijndael with blocks of 192 and 256 bits, which AES has not taken over, and a
 * key of 256 bits. Source: J. Daemen, V. Rijmen, "AES Proposal: Rijndael", 1999.
 */

/** With a key or a block of 256 bits and none longer. */
const rounds = 14;
const keyWords = 8;

/** Rijndael with a block of 192 bits. */
export function rijndael192Block(key: Uint8Array): BlockCipher {
  return rijndaelBlock(key, 6, [1, 2, 3]);
}

/** Rijndael with a block of 256 bits. */
export function rijndael256Block(key: Uint8Array): BlockCipher {
  return rijndaelBlock(key, 8, [1, 3, 4]);
}

/** `shifts`: by how many columns ShiftRow moves the second to fourth row. */
function rijndaelBlock(
  key: Uint8Array,
  columns: number,
  shifts: readonly [number, number, number],
): BlockCipher {
  tables ??= roundTables();
  const { sBox, mixed } = tables;
  const subkeys = subkeysOf(key, columns, sBox);
  const [shift1, shift2, shift3] = shifts;
  // Twice the columns, so that no index runs over the end.
  const first = new Int32Array(2 * columns);
  const second = new Int32Array(2 * columns);
  return {
    blockBytes: 4 * columns,
    encryptBlock(source, start, target) {
      let from = first;
      let to = second;
      for (let i = 0; i < columns; i++) {
        const word = bigEndianWord(source, start + 4 * i) ^ (subkeys[i] ?? 0);
        from[i] = word;
        from[i + columns] = word;
      }
      for (let round = 1, k = columns; round < rounds; round++) {
        for (let i = 0; i < columns; i++, k++) {
          const word =
            (mixed[(from[i] ?? 0) >>> 24] ?? 0) ^
            (mixed[256 + (((from[i + shift1] ?? 0) >>> 16) & 255)] ?? 0) ^
            (mixed[512 + (((from[i + shift2] ?? 0) >>> 8) & 255)] ?? 0) ^
            (mixed[768 + ((from[i + shift3] ?? 0) & 255)] ?? 0) ^
            (subkeys[k] ?? 0);
          to[i] = word;
          to[i + columns] = word;
        }
        const last = from;
        from = to;
        to = last;
      }
      for (let i = 0, k = rounds * columns; i < columns; i++, k++) {
        const word =
          ((sBox[(from[i] ?? 0) >>> 24] ?? 0) << 24) |
          ((sBox[((from[i + shift1] ?? 0) >>> 16) & 255] ?? 0) << 16) |
          ((sBox[((from[i + shift2] ?? 0) >>> 8) & 255] ?? 0) << 8) |
          (sBox[(from[i + shift3] ?? 0) & 255] ?? 0);
        putBigEndianWord(word ^ (subkeys[k] ?? 0), target, 4 * i);
      }
    },
  };
}

interface RoundTables {
  readonly sBox: Uint8Array;
  /** ByteSub and MixColumn of each byte of a column: four tables of 256 words. */
  readonly mixed: Int32Array;
}

let tables: RoundTables | undefined;
const multiply = binaryField(0x11b);

function roundTables(): RoundTables {
  const sBox = sBoxOfRijndael();
  const mixed = new Int32Array(4 * 256);
  sBox.forEach((value, x) => {
    const column = bigEndianWord(
      Uint8Array.of(multiply(2, value), value, value, multiply(3, value)),
      0,
    );
    for (let row = 0; row < 4; row++)
      mixed[256 * row + x] = rotateLeft(column, (32 - 8 * row) & 31);
  });
  return { sBox, mixed };
}

/** The inverse in the field, then an affine map of its bits. */
function sBoxOfRijndael(): Uint8Array {
  const sBox = new Uint8Array(256);
  // 3 generates all elements, and 0xf6 is its inverse: powers of both, side by side.
  for (let power = 1, inverse = 1, i = 0; i < 255; i++) {
    sBox[power] = affine(inverse);
    power = multiply(power, 3);
    inverse = multiply(inverse, 0xf6);
  }
  sBox[0] = affine(0);
  return sBox;
}

function affine(byte: number): number {
  const twice = byte | (byte << 8);
  return (0x63 ^ byte ^ (twice >>> 4) ^ (twice >>> 5) ^ (twice >>> 6) ^ (twice >>> 7)) & 255;
}

/** A block's columns of subkey for the beginning and for each round. */
function subkeysOf(key: Uint8Array, columns: number, sBox: Uint8Array): Int32Array {
  const subkeys = new Int32Array((rounds + 1) * columns);
  for (let i = 0, constant = 1; i < subkeys.length; i++) {
    if (i < keyWords) {
      subkeys[i] = bigEndianWord(key, 4 * i);
      continue;
    }
    let word = subkeys[i - 1] ?? 0;
    if (i % keyWords === 0) {
      word = substituteBytes(rotateLeft(word, 8), sBox) ^ (constant << 24);
      constant = multiply(constant, 2);
    } else if (i % keyWords === 4) {
      word = substituteBytes(word, sBox);
    }
    subkeys[i] = (subkeys[i - keyWords] ?? 0) ^ word;
  }
  return subkeys;
}

function substituteBytes(word: number, sBox: Uint8Array): number {
  const bytes = new Uint8Array(4);
  putBigEndianWord(word, bytes, 0);
  return bigEndianWord(
    bytes.map((byte) => sBox[byte] ?? 0),
    0,
  );
}
