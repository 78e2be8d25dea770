import type { BlockCipher } from './block-cipher.ts';
import { bigEndianWord, putBigEndianWord } from './words.ts';

const rounds = 16;
const subkeys = rounds + 2;
const sBoxWords = 4 * 256;

/**
 * Blowfish. Source: B. Schneier, "Description of a New Variable-Length Key,
 * 64-Bit Block Cipher", 1993. Its tables are the binary digits of π behind the
 * point: first the subkeys, then the four S-boxes.
 */
export function blowfishBlock(key: Uint8Array): BlockCipher {
  digits ??= digitsOfPi(subkeys + sBoxWords);
  const p = digits.slice(0, subkeys);
  const s = digits.slice(subkeys);
  const half = new Int32Array(2);
  for (let i = 0; i < subkeys; i++) {
    p[i] = (p[i] ?? 0) ^ bigEndianWord(key, (4 * i) % key.length);
  }
  for (const table of [p, s]) {
    for (let i = 0; i < table.length; i += 2) {
      encryptHalves(half, p, s);
      table.set(half, i);
    }
  }
  return {
    blockBytes: 8,
    encryptBlock(source, start, target) {
      half[0] = bigEndianWord(source, start);
      half[1] = bigEndianWord(source, start + 4);
      encryptHalves(half, p, s);
      putBigEndianWord(half[0] ?? 0, target, 0);
      putBigEndianWord(half[1] ?? 0, target, 4);
    },
  };
}

/** Encrypts the two halves of a block in their place. */
function encryptHalves(half: Int32Array, p: Int32Array, s: Int32Array): void {
  let left = half[0] ?? 0;
  let right = half[1] ?? 0;
  for (let round = 0; round < rounds; round += 2) {
    left ^= p[round] ?? 0;
    right ^= mix(left, s);
    right ^= p[round + 1] ?? 0;
    left ^= mix(right, s);
  }
  half[0] = right ^ (p[rounds + 1] ?? 0);
  half[1] = left ^ (p[rounds] ?? 0);
}

function mix(word: number, s: Int32Array): number {
  const sum = (s[word >>> 24] ?? 0) + (s[256 + ((word >>> 16) & 255)] ?? 0);
  return ((sum ^ (s[512 + ((word >>> 8) & 255)] ?? 0)) + (s[768 + (word & 255)] ?? 0)) | 0;
}

let digits: Int32Array | undefined;

/**
 * The digits of π behind the point in words of 32 bits, by Machin's formula
 * π = 16·arctan(1/5) − 4·arctan(1/239) in whole numbers; takes some milliseconds.
 */
function digitsOfPi(words: number): Int32Array {
  // The last digits of the sum are uncertain: as many more are calculated and dropped.
  const spareBits = 64n;
  const one = 1n << (32n * BigInt(words) + spareBits);
  const pi = (16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one)) >> spareBits;
  const hex = pi.toString(16).slice(1);
  return Int32Array.from({ length: words }, (_, i) =>
    Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16),
  );
}

/** arctan(1/x) times `one`: the sum of ±1/(n·xⁿ) over the odd n. */
function arctanOfInverse(x: bigint, one: bigint): bigint {
  let power = one / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / n;
  }
  return sum;
}
