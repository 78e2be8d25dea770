import { desTables } from './des-tables.ts';

const { keyRotations, permutedChoice1, permutedChoice2 } = desTables;

/** A round's 48 bits of key, each 0 or 1. */
export type RoundKey = readonly number[];

/** The sixteen round keys of a DES key of 8 bytes; its parity bits are not looked at. */
export function desKeySchedule(key: Uint8Array): RoundKey[] {
  const bits = permutedChoice1.map((bit) => bitOf(key, bit));
  let c = bits.slice(0, 28);
  let d = bits.slice(28);
  return keyRotations.map((by) => {
    c = [...c.slice(by), ...c.slice(0, by)];
    d = [...d.slice(by), ...d.slice(0, by)];
    const both = [...c, ...d];
    return permutedChoice2.map((bit) => both[bit - 1] ?? 0);
  });
}

/** A bit of some bytes, numbered from 1, the most significant of the first byte first. */
function bitOf(bytes: Uint8Array, bit: number): number {
  return ((bytes[(bit - 1) >> 3] ?? 0) >> (7 - ((bit - 1) & 7))) & 1;
}
