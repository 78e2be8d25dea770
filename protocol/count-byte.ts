/** Each byte of a word 1. */
const ones = 0x01010101;
/** The lower seven bits of each byte. */
const low = 0x7f7f7f7f;
/** Words whose sums of four bytes each cannot overflow. */
const wordsPerSum = 255;

/** How often a byte stands in `bytes[from, to)`; four bytes at a time. */
export function countByte(bytes: Uint8Array, byte: number, from: number, to: number): number {
  let count = 0;
  let at = from;
  const aligned = Math.min(to, at + ((4 - ((bytes.byteOffset + at) & 3)) & 3));
  for (; at < aligned; at++) if (bytes[at] === byte) count++;
  const wordCount = (to - at) >> 2;
  if (wordCount > 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + at, wordCount);
    const pattern = Math.imul(byte, ones);
    for (let word = 0; word < wordCount; ) {
      const stop = Math.min(wordCount, word + wordsPerSum);
      // A byte that is 0 now was equal; of each such byte the top bit is left, and becomes a 1.
      let sums = 0;
      for (; word < stop; word++) {
        const rest = (words[word] as number) ^ pattern;
        sums = (sums + (~(((rest & low) + low) | rest | low) >>> 7)) | 0;
      }
      count += (sums & 255) + ((sums >>> 8) & 255) + ((sums >>> 16) & 255) + (sums >>> 24);
    }
    at += wordCount * 4;
  }
  for (; at < to; at++) if (bytes[at] === byte) count++;
  return count;
}
