import { binaryField } from './binary-field.ts';
import type { BlockCipher } from './block-cipher.ts';
import { littleEndianWord, putLittleEndianWord, rotateLeft } from './words.ts';

/*
 * Source: B. Schneier, J. Kelsey, D. Whiting, D. Wagner, C. Hall, N. Ferguson,
 * "Twofish: A 128-Bit Block Cipher", 1998. Names as there.
 */

/** The 4-bit permutations t0 to t3 of which q0 and q1 are built, one hexadecimal digit a value. */
const tablesOfQ0 = ['817d6f320b59eca4', 'ecb81235f4a6709d', 'ba5e6d90c8f32471', 'd7f4126e9b3085ca'];
const tablesOfQ1 = ['28bdf76e31940ac5', '1e2b4c376da5f908', '4c75169a0ed82b3f', 'b951c3de647f208a'];

const multiplyMds = binaryField(0x169);
const multiplyRs = binaryField(0x14d);

/** Column i: what byte i of a vector contributes to its product with MDS, lowest byte first. */
const mdsColumns = ['015befef', 'efef5b01', '5bef01ef', '5b01ef5b'].map(bytesOfHex);

/** The matrix of the Reed-Solomon code, row by row. */
const rsRows = ['01a455875a58db9e', 'a45682f31ec668e5', '02a1fcc147ae3d19', 'a455875a58db9e03'].map(
  bytesOfHex,
);

const rho = 0x01010101;
const rounds = 16;

/** Twofish with a key of 32 bytes. */
export function twofishBlock(key: Uint8Array): BlockCipher {
  const g = sBoxes(key);
  const subkeys = subkeysOf(key);
  const half = 2 * rounds;
  return {
    blockBytes: 16,
    encryptBlock(source, start, target) {
      let a = littleEndianWord(source, start) ^ (subkeys[0] ?? 0);
      let b = littleEndianWord(source, start + 4) ^ (subkeys[1] ?? 0);
      let c = littleEndianWord(source, start + 8) ^ (subkeys[2] ?? 0);
      let d = littleEndianWord(source, start + 12) ^ (subkeys[3] ?? 0);
      // Two rounds a time, so that the halves need not change places.
      for (let k = 8; k < 8 + half; k += 4) {
        let t0 = substitute(a, g);
        let t1 = substitute(rotateLeft(b, 8), g);
        c = rotateLeft(c ^ (t0 + t1 + (subkeys[k] ?? 0)), 31);
        d = rotateLeft(d, 1) ^ (t0 + 2 * t1 + (subkeys[k + 1] ?? 0));
        t0 = substitute(c, g);
        t1 = substitute(rotateLeft(d, 8), g);
        a = rotateLeft(a ^ (t0 + t1 + (subkeys[k + 2] ?? 0)), 31);
        b = rotateLeft(b, 1) ^ (t0 + 2 * t1 + (subkeys[k + 3] ?? 0));
      }
      putLittleEndianWord(c ^ (subkeys[4] ?? 0), target, 0);
      putLittleEndianWord(d ^ (subkeys[5] ?? 0), target, 4);
      putLittleEndianWord(a ^ (subkeys[6] ?? 0), target, 8);
      putLittleEndianWord(b ^ (subkeys[7] ?? 0), target, 12);
    },
  };
}

/** The paper's g: four S-boxes that depend on the key, and the product with MDS, by tables. */
function substitute(word: number, g: Int32Array): number {
  return (
    (g[word & 255] ?? 0) ^
    (g[256 + ((word >>> 8) & 255)] ?? 0) ^
    (g[512 + ((word >>> 16) & 255)] ?? 0) ^
    (g[768 + (word >>> 24)] ?? 0)
  );
}

/** The tables of g under a key: four of 256 words, one for each byte of a word. */
function sBoxes(key: Uint8Array): Int32Array {
  const words = [3, 2, 1, 0].map((i) => reedSolomon(key.subarray(8 * i, 8 * i + 8)));
  const tables = new Int32Array(4 * 256);
  for (let x = 0; x < 256; x++) {
    const bytes = permute(Math.imul(x, rho), words);
    bytes.forEach((byte, i) => {
      tables[256 * i + x] = mdsColumn(byte, i);
    });
  }
  return tables;
}

/** The subkeys K0 to K39. */
function subkeysOf(key: Uint8Array): Int32Array {
  const even = [0, 8, 16, 24].map((at) => littleEndianWord(key, at));
  const odd = [4, 12, 20, 28].map((at) => littleEndianWord(key, at));
  const subkeys = new Int32Array(8 + 2 * rounds);
  for (let i = 0; i < subkeys.length; i += 2) {
    const a = h(Math.imul(i, rho), even);
    const b = rotateLeft(h(Math.imul(i + 1, rho), odd), 8);
    subkeys[i] = a + b;
    subkeys[i + 1] = rotateLeft((a + 2 * b) | 0, 9);
  }
  return subkeys;
}

/** The paper's h for four words of key: the permutations, then the product with MDS. */
function h(word: number, list: readonly number[]): number {
  return permute(word, list).reduce((sum, byte, i) => sum ^ mdsColumn(byte, i), 0);
}

/** Which of q0 and q1 each byte goes through, stage by stage; between stages a word of the list is added. */
const stages = [
  [1, 0, 0, 1],
  [1, 1, 0, 0],
  [0, 1, 0, 1],
  [0, 0, 1, 1],
  [1, 0, 1, 0],
] as const;

function permute(word: number, list: readonly number[]): number[] {
  return [0, 1, 2, 3].map((i) =>
    stages.reduce(
      (byte, qs, stage) => {
        const permuted = q[qs[i] ?? 0]?.[byte] ?? 0;
        // After the last stage nothing is added.
        const added = list[list.length - 1 - stage] ?? 0;
        return permuted ^ ((added >>> (8 * i)) & 255);
      },
      (word >>> (8 * i)) & 255,
    ),
  );
}

function mdsColumn(byte: number, column: number): number {
  const product = (mdsColumns[column] ?? []).map((entry) => multiplyMds(entry, byte));
  return littleEndianWord(Uint8Array.from(product), 0);
}

/** Eight bytes of the key times the matrix RS: a word of the S-boxes' key. */
function reedSolomon(bytes: Uint8Array): number {
  const product = rsRows.map((row) =>
    row.reduce((sum, entry, i) => sum ^ multiplyRs(entry, bytes[i] ?? 0), 0),
  );
  return littleEndianWord(Uint8Array.from(product), 0);
}

/** The permutations q0 and q1. */
const q = [tablesOfQ0, tablesOfQ1].map((tables) => {
  const t = tables.map((digits) => Array.from(digits, (digit) => Number.parseInt(digit, 16)));
  return Uint8Array.from({ length: 256 }, (_, x) => permuteByQ(x, t));
});

function permuteByQ(x: number, t: readonly (readonly number[])[]): number {
  let a = x >>> 4;
  let b = x & 15;
  for (const stage of [0, 2]) {
    const mixed = a ^ b;
    const turned = a ^ ((b >>> 1) | ((b & 1) << 3)) ^ ((8 * a) & 15);
    a = t[stage]?.[mixed] ?? 0;
    b = t[stage + 1]?.[turned] ?? 0;
  }
  return 16 * b + a;
}

function bytesOfHex(hex: string): number[] {
  return [...Buffer.from(hex, 'hex')];
}
