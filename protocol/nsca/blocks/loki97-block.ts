import { binaryField } from './binary-field.ts';
import type { BlockCipher } from './block-cipher.ts';
import { littleEndianWord, putLittleEndianWord } from './words.ts';

/*
 * LOKI97 with a key of 256 bits. Source: L. Brown, J. Pieprzyk, "Introducing the
 * new LOKI97 Block Cipher", 1998; but, as in libmcrypt on the machines of today, with
 * the lowest byte of a word first. Numbers of 64 bits are pairs of words, high and low.
 */

const rounds = 16;
const subkeyCount = 3 * rounds;
/** LOKI97 with a key of 32 bytes. */
export function loki97Block(key: Uint8Array): BlockCipher {
  tables ??= substitutions();
  const round = new Round(tables);
  const subkeys = subkeysOf(key, round);
  return {
    blockBytes: 16,
    encryptBlock(source, start, target) {
      let leftHigh = littleEndianWord(source, start);
      let leftLow = littleEndianWord(source, start + 4);
      let rightHigh = littleEndianWord(source, start + 8);
      let rightLow = littleEndianWord(source, start + 12);
      for (let k = 0; k < 2 * subkeyCount; k += 6) {
        const sumLow = (rightLow >>> 0) + ((subkeys[k + 1] ?? 0) >>> 0);
        const sumHigh = (rightHigh + (subkeys[k] ?? 0) + (sumLow > 0xffffffff ? 1 : 0)) | 0;
        round.mix(sumHigh, sumLow | 0, subkeys[k + 2] ?? 0, subkeys[k + 3] ?? 0);
        const low = (sumLow >>> 0) + ((subkeys[k + 5] ?? 0) >>> 0);
        const high = (sumHigh + (subkeys[k + 4] ?? 0) + (low > 0xffffffff ? 1 : 0)) | 0;
        rightHigh = leftHigh ^ round.high;
        rightLow = leftLow ^ round.low;
        leftHigh = high;
        leftLow = low | 0;
      }
      putLittleEndianWord(rightHigh, target, 0);
      putLittleEndianWord(rightLow, target, 4);
      putLittleEndianWord(leftHigh, target, 8);
      putLittleEndianWord(leftLow, target, 12);
    },
  };
}

interface Tables {
  /** S1 takes 13 bits, S2 takes 11; both give a byte. */
  readonly s1: Uint8Array;
  readonly s2: Uint8Array;
}

let tables: Tables | undefined;

/** The paper's f. Its two words of result stay here, so that no object is made in each round. */
class Round {
  readonly #s1: Uint8Array;
  readonly #s2: Uint8Array;
  high = 0;
  low = 0;

  constructor({ s1, s2 }: Tables) {
    this.#s1 = s1;
    this.#s2 = s2;
  }

  /** f(A, B) of two numbers, each in two words. */
  mix(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
    const s1 = this.#s1;
    const s2 = this.#s2;
    // KP: where B's low word has a bit, A's words exchange theirs.
    const exchanged = (aHigh ^ aLow) & bLow;
    const high = aHigh ^ exchanged;
    const low = aLow ^ exchanged;
    // E and Sa: overlapping pieces of 13 and 11 bits, from the highest, become bytes.
    const e7 = s1[((low & 0x1f) << 8) | (high >>> 24)] ?? 0;
    const e6 = s2[(high >>> 16) & 0x7ff] ?? 0;
    const e5 = s1[(high >>> 8) & 0x1fff] ?? 0;
    const e4 = s2[high & 0x7ff] ?? 0;
    const e3 = s2[((high & 7) << 8) | (low >>> 24)] ?? 0;
    const e2 = s1[(low >>> 16) & 0x1fff] ?? 0;
    const e1 = s2[(low >>> 8) & 0x7ff] ?? 0;
    const e0 = s1[low & 0x1fff] ?? 0;
    // P, then Sb, whose pieces are completed by the bits of B's high word.
    const upper =
      spread(e7 >>> 4, 0) |
      spread(e6 >>> 4, 1) |
      spread(e5 >>> 4, 2) |
      spread(e4 >>> 4, 3) |
      spread(e3 >>> 4, 4) |
      spread(e2 >>> 4, 5) |
      spread(e1 >>> 4, 6) |
      spread(e0 >>> 4, 7);
    const lower =
      spread(e7 & 15, 0) |
      spread(e6 & 15, 1) |
      spread(e5 & 15, 2) |
      spread(e4 & 15, 3) |
      spread(e3 & 15, 4) |
      spread(e2 & 15, 5) |
      spread(e1 & 15, 6) |
      spread(e0 & 15, 7);
    this.high =
      ((s2[((bHigh >>> 21) & 0x700) | (upper >>> 24)] ?? 0) << 24) |
      ((s2[((bHigh >>> 18) & 0x700) | ((upper >>> 16) & 255)] ?? 0) << 16) |
      ((s1[((bHigh >>> 13) & 0x1f00) | ((upper >>> 8) & 255)] ?? 0) << 8) |
      (s1[((bHigh >>> 8) & 0x1f00) | (upper & 255)] ?? 0);
    this.low =
      ((s2[((bHigh >>> 5) & 0x700) | (lower >>> 24)] ?? 0) << 24) |
      ((s2[((bHigh >>> 2) & 0x700) | ((lower >>> 16) & 255)] ?? 0) << 16) |
      ((s1[((bHigh << 3) & 0x1f00) | ((lower >>> 8) & 255)] ?? 0) << 8) |
      (s1[((bHigh << 8) & 0x1f00) | (lower & 255)] ?? 0);
  }
}

/** P's share of four bits: one in each byte of a word, the lowest in the lowest, all at the same place. */
function spread(bits: number, place: number): number {
  return ((bits & 1) | ((bits & 2) << 7) | ((bits & 4) << 14) | ((bits & 8) << 21)) << place;
}

/** S1 and S2: the third power of the inverted input in the fields of 2¹³ and 2¹¹ elements. */
function substitutions(): Tables {
  return { s1: cubes(13, 0x2911), s2: cubes(11, 0xaa7) };
}

function cubes(bits: number, polynomial: number): Uint8Array {
  const multiply = binaryField(polynomial);
  return Uint8Array.from({ length: 1 << bits }, (_, x) => {
    const inverted = ~x & ((1 << bits) - 1);
    return multiply(multiply(inverted, inverted), inverted);
  });
}

/** 2⁶⁴/φ, φ being the golden ratio. */
const delta = 0x9e3779b97f4a7c15n;

/** The 48 subkeys, each in two words. */
function subkeysOf(key: Uint8Array, round: Round): Int32Array {
  const subkeys = new Int32Array(2 * subkeyCount);
  const number = (at: number) => joined(littleEndianWord(key, at), littleEndianWord(key, at + 4));
  let k4 = number(0);
  let k3 = number(8);
  let k2 = number(16);
  let k1 = number(24);
  for (let i = 1n, at = 0; at < subkeys.length; i++, at += 2) {
    const sum = k1 + k3 + delta * i;
    round.mix(highWord(sum), lowWord(sum), highWord(k2), lowWord(k2));
    subkeys[at] = highWord(k4) ^ round.high;
    subkeys[at + 1] = lowWord(k4) ^ round.low;
    k4 = k3;
    k3 = k2;
    k2 = k1;
    k1 = joined(subkeys[at] ?? 0, subkeys[at + 1] ?? 0);
  }
  return subkeys;
}

function joined(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

function highWord(number: bigint): number {
  return lowWord(number >> 32n);
}

function lowWord(number: bigint): number {
  return Number(BigInt.asIntN(32, number));
}
