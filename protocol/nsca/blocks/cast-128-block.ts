import type { BlockCipher } from './block-cipher.ts';
import { castRound1, castRound2, castRound3 } from './cast-rounds.ts';
import { castSBoxes } from './cast-s-boxes.ts';
import { bigEndianWord, putBigEndianWord } from './words.ts';

const rounds = 16;

/**
 * CAST-128 (CAST5) with a key of 16 bytes and all 16 rounds. Source: C. Adams,
 * RFC 2144, "The CAST-128 Encryption Algorithm".
 */
export function cast128Block(key: Uint8Array): BlockCipher {
  const subkeys = subkeysOf(key);
  const masks = subkeys.slice(0, rounds);
  const turns = subkeys.slice(rounds).map((subkey) => subkey & 31);
  return {
    blockBytes: 8,
    encryptBlock(source, start, target) {
      let left = bigEndianWord(source, start);
      let right = bigEndianWord(source, start + 4);
      for (let i = 0; i < rounds - 1; i += 3) {
        left ^= castRound1(right, masks[i] ?? 0, turns[i] ?? 0);
        right ^= castRound2(left, masks[i + 1] ?? 0, turns[i + 1] ?? 0);
        left ^= castRound3(right, masks[i + 2] ?? 0, turns[i + 2] ?? 0);
        // An odd number of rounds: the halves have changed places.
        const last = left;
        left = right;
        right = last;
      }
      left ^= castRound1(right, masks[rounds - 1] ?? 0, turns[rounds - 1] ?? 0);
      putBigEndianWord(left, target, 0);
      putBigEndianWord(right, target, 4);
    },
  };
}

/*
 * The key schedule (section 2.4 of the RFC). There are two rows of 16 bytes, x (at
 * first the key) and z, each made of the other in turn. A line `z0 x0 xD xF xC xE 7x8`
 * stands for z0z1z2z3 = x0x1x2x3 ^ S5[xD] ^ S6[xF] ^ S7[xC] ^ S8[xE] ^ S7[x8].
 */
const zOfX = [
  'z0 x0 xD xF xC xE 7x8',
  'z4 x8 z0 z2 z1 z3 8xA',
  'z8 xC z7 z6 z5 z4 5x9',
  'zC x4 zA z9 zB z8 6xB',
];
const xOfZ = [
  'x0 z8 z5 z7 z4 z6 7z0',
  'x4 z0 x0 x2 x1 x3 8z2',
  'x8 z4 x7 x6 x5 x4 5z1',
  'xC zC xA x9 xB x8 6z3',
];

/** A subkey is a sum without a first word: `z8 z9 z7 z6 5z2`. */
const subkeysOfZ1 = ['z8 z9 z7 z6 5z2', 'zA zB z5 z4 6z6', 'zC zD z3 z2 7z9', 'zE zF z1 z0 8zC'];
const subkeysOfX1 = ['x3 x2 xC xD 5x8', 'x1 x0 xE xF 6xD', 'x7 x6 x8 x9 7x3', 'x5 x4 xA xB 8x7'];
const subkeysOfZ2 = ['z3 z2 zC zD 5z9', 'z1 z0 zE zF 6zC', 'z7 z6 z8 z9 7z2', 'z5 z4 zA zB 8z6'];
const subkeysOfX2 = ['x8 x9 x7 x6 5x3', 'xA xB x5 x4 6x7', 'xC xD x3 x2 7x8', 'xE xF x1 x0 8xD'];

/** The 32 subkeys: the masks of the 16 rounds, then what their rotations are taken from. */
function subkeysOf(key: Uint8Array): Int32Array {
  const rows = { x: new Uint8Array(key), z: new Uint8Array(16) };
  const subkeys: number[] = [];
  for (let half = 0; half < 2; half++) {
    for (const [derivations, sums] of [
      [zOfX, subkeysOfZ1],
      [xOfZ, subkeysOfX1],
      [zOfX, subkeysOfZ2],
      [xOfZ, subkeysOfX2],
    ] as const) {
      for (const derivation of derivations) derive(derivation, rows);
      subkeys.push(...sums.map((sum) => sumOf(sum.split(' '), rows)));
    }
  }
  return Int32Array.from(subkeys);
}

interface Rows {
  readonly x: Uint8Array;
  readonly z: Uint8Array;
}

function derive(line: string, rows: Rows): void {
  const [to = '', from = '', ...terms] = line.split(' ');
  const word = bigEndianWord(rowOf(from, rows), indexOf(from));
  putBigEndianWord(word ^ sumOf(terms, rows), rowOf(to, rows), indexOf(to));
}

/** The sum of S5, S6, S7, S8 of four bytes, and of an S-box that is named of a fifth. */
function sumOf(terms: readonly string[], rows: Rows): number {
  return terms.reduce((sum, term, i) => {
    const byte = rowOf(term, rows)[indexOf(term)] ?? 0;
    return sum ^ (keySBoxes[i < 4 ? i : Number(term[0]) - 5]?.[byte] ?? 0);
  }, 0);
}

const { s5, s6, s7, s8 } = castSBoxes;
const keySBoxes = [s5, s6, s7, s8];

/** The row that `xD` or `7xD` is about. */
function rowOf(term: string, rows: Rows): Uint8Array {
  return term.includes('x') ? rows.x : rows.z;
}

/** The byte that it is about: its last digit. */
function indexOf(term: string): number {
  return Number.parseInt(term.slice(-1), 16);
}
