import type { BlockCipher } from './block-cipher.ts';
import { serpentSBoxes } from './serpent-s-boxes.ts';
import { littleEndianWord, putLittleEndianWord, rotateLeft } from './words.ts';

const rounds = 32;
/** The fraction of the golden ratio, in 32 bits. */
const phi = 0x9e3779b9;

const [s0, s1, s2, s3, s4, s5, s6, s7] = serpentSBoxes;

/**
 * Serpent with a key of 32 bytes, in its form for words of 32 bits. Source:
 * R. Anderson, E. Biham, L. Knudsen, "Serpent: A Proposal for the Advanced
 * Encryption Standard", 1998.
 */
export function serpentBlock(key: Uint8Array): BlockCipher {
  const subkeys = subkeysOf(key);
  const x = new Int32Array(4);
  return {
    blockBytes: 16,
    encryptBlock(source, start, target) {
      for (let i = 0; i < 4; i++) x[i] = littleEndianWord(source, start + 4 * i);
      for (let k = 0; k < 4 * rounds; k += 32) {
        addSubkey(x, subkeys, k);
        s0(x);
        transform(x);
        addSubkey(x, subkeys, k + 4);
        s1(x);
        transform(x);
        addSubkey(x, subkeys, k + 8);
        s2(x);
        transform(x);
        addSubkey(x, subkeys, k + 12);
        s3(x);
        transform(x);
        addSubkey(x, subkeys, k + 16);
        s4(x);
        transform(x);
        addSubkey(x, subkeys, k + 20);
        s5(x);
        transform(x);
        addSubkey(x, subkeys, k + 24);
        s6(x);
        transform(x);
        addSubkey(x, subkeys, k + 28);
        s7(x);
        // The last round has another subkey in the place of the transformation.
        if (k + 32 < 4 * rounds) transform(x);
      }
      addSubkey(x, subkeys, 4 * rounds);
      for (let i = 0; i < 4; i++) putLittleEndianWord(x[i] ?? 0, target, 4 * i);
    },
  };
}

function addSubkey(x: Int32Array, subkeys: Int32Array, k: number): void {
  x[0] = (x[0] ?? 0) ^ (subkeys[k] ?? 0);
  x[1] = (x[1] ?? 0) ^ (subkeys[k + 1] ?? 0);
  x[2] = (x[2] ?? 0) ^ (subkeys[k + 2] ?? 0);
  x[3] = (x[3] ?? 0) ^ (subkeys[k + 3] ?? 0);
}

/** The linear transformation between two rounds. */
function transform(x: Int32Array): void {
  let a = rotateLeft(x[0] ?? 0, 13);
  let c = rotateLeft(x[2] ?? 0, 3);
  const b = rotateLeft((x[1] ?? 0) ^ a ^ c, 1);
  const d = rotateLeft((x[3] ?? 0) ^ c ^ (a << 3), 7);
  a = rotateLeft(a ^ b ^ d, 5);
  c = rotateLeft(c ^ d ^ (b << 7), 22);
  x[0] = a;
  x[1] = b;
  x[2] = c;
  x[3] = d;
}

/** The 33 subkeys of four words, one behind the other. */
function subkeysOf(key: Uint8Array): Int32Array {
  const keyWords = 8;
  const words = new Int32Array(keyWords + 4 * (rounds + 1));
  for (let i = 0; i < keyWords; i++) words[i] = littleEndianWord(key, 4 * i);
  for (let i = 0, at = keyWords; at < words.length; i++, at++) {
    const before = [8, 5, 3, 1].reduce((sum, back) => sum ^ (words[at - back] ?? 0), 0);
    words[at] = rotateLeft(before ^ phi ^ i, 11);
  }
  const subkeys = words.subarray(keyWords);
  for (let i = 0; i <= rounds; i++) {
    // S3 for the first, then S2, S1, S0, S7 …
    const sBox = serpentSBoxes[(3 + 7 * i) % 8] ?? s0;
    sBox(subkeys.subarray(4 * i, 4 * i + 4));
  }
  return subkeys;
}
