import type { BlockCipher } from './block-cipher.ts';

/*
 * SAFER+ with a key of 256 bits. Source: J. Massey, G. Khachatrian, M. Kuregian,
 * "Nomination of SAFER+ as Candidate Algorithm for the Advanced Encryption
 * Standard", 1998. Bytes are counted from 1 there and from 0 here. As in libmcrypt,
 * key and block have the last of their words of four bytes first.
 */

const blockBytes = 16;
const rounds = 16;

/** XORed with the place of a byte in a block: its place in the other order of words. */
const lastWordFirst = 12;

/** The powers of 45 modulo 257, of which 256 counts as 0; and their logarithms. */
const exponentials = powersOf45();
const logarithms = Uint8Array.from({ length: 256 }, (_, x) => exponentials.indexOf(x));

/** SAFER+ with a key of 32 bytes. */
export function saferplusBlock(key: Uint8Array): BlockCipher {
  const subkeys = subkeysOf(key);
  const block = new Int32Array(blockBytes);
  const mixed = new Int32Array(blockBytes);
  return {
    blockBytes,
    encryptBlock(source, start, target) {
      for (let i = 0; i < blockBytes; i++) block[i] = source[start + (i ^ lastWordFirst)] ?? 0;
      let k = 0;
      for (let round = 0; round < rounds; round++, k += 2 * blockBytes) {
        substitute(block, mixed, subkeys, k);
        transform(mixed, block);
      }
      for (let i = 0; i < blockBytes; i++) {
        const byte = block[i] ?? 0;
        const subkey = subkeys[k + i] ?? 0;
        target[i ^ lastWordFirst] = isXoredFirst(i) ? byte ^ subkey : byte + subkey;
      }
    },
  };
}

/** Bytes 1, 4, 5, 8 … are XORed with a round's first subkey and added to its second, the others the other way. */
function isXoredFirst(i: number): boolean {
  return ((i + 1) & 2) === 0;
}

/** The nonlinear half of a round, between two subkeys. */
function substitute(from: Int32Array, to: Int32Array, subkeys: Uint8Array, k: number): void {
  for (let i = 0; i < blockBytes; i++) {
    const byte = from[i] ?? 0;
    const first = subkeys[k + i] ?? 0;
    const second = subkeys[k + blockBytes + i] ?? 0;
    to[i] = isXoredFirst(i)
      ? (exponentials[(byte ^ first) & 255] ?? 0) + second
      : (logarithms[(byte + first) & 255] ?? 0) ^ second;
  }
}

/**
 * The linear half of a round: four layers of pseudo-Hadamard transforms of pairs of
 * bytes. The Armenian shuffle between the layers does not move anything here: it only
 * says which bytes make a pair next. Bytes grow beyond eight bits meanwhile.
 */
function transform(block: Int32Array, result: Int32Array): void {
  transformTwoLayers(block);
  pair(block, 10, 13, block, 10, 13);
  pair(block, 0, 3, block, 0, 3);
  pair(block, 12, 11, block, 12, 11);
  pair(block, 6, 1, block, 6, 1);
  pair(block, 14, 9, block, 14, 9);
  pair(block, 4, 7, block, 4, 7);
  pair(block, 8, 5, block, 8, 5);
  pair(block, 2, 15, block, 2, 15);
  pair(block, 14, 7, result, 0, 1);
  pair(block, 8, 15, result, 2, 3);
  pair(block, 0, 13, result, 4, 5);
  pair(block, 6, 11, result, 6, 7);
  pair(block, 4, 9, result, 8, 9);
  pair(block, 2, 5, result, 10, 11);
  pair(block, 10, 1, result, 12, 13);
  pair(block, 12, 3, result, 14, 15);
}

function transformTwoLayers(block: Int32Array): void {
  pair(block, 0, 1, block, 0, 1);
  pair(block, 2, 3, block, 2, 3);
  pair(block, 4, 5, block, 4, 5);
  pair(block, 6, 7, block, 6, 7);
  pair(block, 8, 9, block, 8, 9);
  pair(block, 10, 11, block, 10, 11);
  pair(block, 12, 13, block, 12, 13);
  pair(block, 14, 15, block, 14, 15);
  pair(block, 8, 11, block, 8, 11);
  pair(block, 12, 15, block, 12, 15);
  pair(block, 2, 1, block, 2, 1);
  pair(block, 6, 5, block, 6, 5);
  pair(block, 10, 9, block, 10, 9);
  pair(block, 14, 13, block, 14, 13);
  pair(block, 0, 7, block, 0, 7);
  pair(block, 4, 3, block, 4, 3);
}

/** Of two numbers a and b: 2a + b and a + b. */
function pair(
  from: Int32Array,
  a: number,
  b: number,
  to: Int32Array,
  twice: number,
  once: number,
): void {
  const first = from[a] ?? 0;
  const sum = first + (from[b] ?? 0);
  to[twice] = sum + first;
  to[once] = sum;
}

/** The 33 subkeys of 16 bytes, one behind the other. */
function subkeysOf(key: Uint8Array): Uint8Array {
  const count = 2 * rounds + 1;
  // The key and the sum of its bytes go round in a register, and each of its bytes in itself.
  const ordered = key.map((_, i) => key[i ^ (key.length - 4)] ?? 0);
  const register = Uint8Array.from([...ordered, ordered.reduce((sum, byte) => sum ^ byte, 0)]);
  const subkeys = new Uint8Array(count * blockBytes);
  subkeys.set(ordered.subarray(0, blockBytes));
  for (let i = 1; i < count; i++) {
    for (const [at, byte] of register.entries()) register[at] = (byte << 3) | (byte >>> 5);
    for (let j = 0; j < blockBytes; j++) {
      const byte = register[(i + j) % register.length] ?? 0;
      subkeys[i * blockBytes + j] = byte + bias(i + 1, j + 1);
    }
  }
  return subkeys;
}

/** Byte j of the bias that is added to subkey i. */
function bias(i: number, j: number): number {
  const exponential = exponentials[(17 * i + j) & 255] ?? 0;
  return i <= 17 ? (exponentials[exponential] ?? 0) : exponential;
}

function powersOf45(): Uint8Array {
  const powers = new Uint8Array(256);
  for (let i = 0, power = 1; i < 256; i++) {
    powers[i] = power;
    power = (power * 45) % 257;
  }
  return powers;
}
