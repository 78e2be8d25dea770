/*
 * Words of 32 bits, as block ciphers calculate with them: whole numbers of which
 * the lowest 32 bits count, with or without a sign.
 */

/** The word of which the first byte is the highest. */
export function bigEndianWord(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

/** The word of which the first byte is the lowest. */
export function littleEndianWord(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

export function putBigEndianWord(word: number, bytes: Uint8Array, at: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

export function putLittleEndianWord(word: number, bytes: Uint8Array, at: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
  bytes[at + 2] = word >>> 16;
  bytes[at + 3] = word >>> 24;
}

/** A word with its bits moved round to the left by 0 to 31 places. */
export function rotateLeft(word: number, places: number): number {
  return (word << places) | (word >>> (32 - places));
}

/** The words that a text gives in hexadecimal, separated by white space. */
export function wordTable(text: string): Int32Array {
  return Int32Array.from(text.trim().split(/\s+/), (word) => Number.parseInt(word, 16));
}
