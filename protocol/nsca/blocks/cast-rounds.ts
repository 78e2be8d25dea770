import { castSBoxes } from './cast-s-boxes.ts';
import { rotateLeft } from './words.ts';

/*
 * The three kinds of rounds that CAST-128 (RFC 2144, section 2.2) and CAST-256
 * (RFC 2612, section 2.1) have in common: what half of a block, a masking and a
 * rotating subkey give.
 */

const { s1, s2, s3, s4 } = castSBoxes;

export function castRound1(half: number, mask: number, turn: number): number {
  const i = rotateLeft((mask + half) | 0, turn);
  return (
    (((s1[i >>> 24] ?? 0) ^ (s2[(i >>> 16) & 255] ?? 0)) -
      (s3[(i >>> 8) & 255] ?? 0) +
      (s4[i & 255] ?? 0)) |
    0
  );
}

export function castRound2(half: number, mask: number, turn: number): number {
  const i = rotateLeft(mask ^ half, turn);
  const difference = (s1[i >>> 24] ?? 0) - (s2[(i >>> 16) & 255] ?? 0);
  return (difference + (s3[(i >>> 8) & 255] ?? 0)) ^ (s4[i & 255] ?? 0);
}

export function castRound3(half: number, mask: number, turn: number): number {
  const i = rotateLeft((mask - half) | 0, turn);
  const sum = (s1[i >>> 24] ?? 0) + (s2[(i >>> 16) & 255] ?? 0);
  return ((sum ^ (s3[(i >>> 8) & 255] ?? 0)) - (s4[i & 255] ?? 0)) | 0;
}
