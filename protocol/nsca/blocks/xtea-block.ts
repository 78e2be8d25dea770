import type { BlockCipher } from './block-cipher.ts';
import { bigEndianWord, putBigEndianWord } from './words.ts';

const cycles = 32;
/** 2³²/φ, φ being the golden ratio. */
const delta = 0x9e3779b9;

/**
 * XTEA. Source: R. Needham, D. Wheeler, "Tea extensions", 1997.
 */
export function xteaBlock(key: Uint8Array): BlockCipher {
  const subkeys = subkeysOf(key);
  return {
    blockBytes: 8,
    encryptBlock(source, start, target) {
      let left = bigEndianWord(source, start);
      let right = bigEndianWord(source, start + 4);
      for (let i = 0; i < 2 * cycles; i += 2) {
        left = (left + ((mix(right) + right) ^ (subkeys[i] ?? 0))) | 0;
        right = (right + ((mix(left) + left) ^ (subkeys[i + 1] ?? 0))) | 0;
      }
      putBigEndianWord(left, target, 0);
      putBigEndianWord(right, target, 4);
    },
  };
}

function mix(half: number): number {
  return (half << 4) ^ (half >>> 5);
}

/** What is added in each half of each cycle: the running sum of δ and a word of the key that it picks. */
function subkeysOf(key: Uint8Array): Int32Array {
  const subkeys = new Int32Array(2 * cycles);
  for (let cycle = 0, sum = 0; cycle < cycles; cycle++) {
    subkeys[2 * cycle] = sum + bigEndianWord(key, 4 * (sum & 3));
    sum = (sum + delta) | 0;
    subkeys[2 * cycle + 1] = sum + bigEndianWord(key, 4 * ((sum >>> 11) & 3));
  }
  return subkeys;
}
