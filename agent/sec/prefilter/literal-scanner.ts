import { otherCase } from '../regex/byte-set.ts';
import { type BytePairs, pairOf } from './byte-pairs.ts';
import type { Literal } from './line-need.ts';

/** The most bytes of a literal that the scanner looks at before it compares all of it. */
export const windowBytesMax = 12;

/** The fewest: what is looked up are pairs of bytes. */
export const literalBytesMin = 2;

/** Bytes of a window that are compared at once by their hash, at most. */
const keyBytesMax = 4;

/** How often a pair of bytes may stand in texts in which it was not seen. */
const unseenCount = 0.1;

/** What it takes to look for literals where a window may end, in steps to the next place. */
const lookSteps = 8;

/** Literals in one window that are counted: with thousands of them each would look at all before it. */
const countedOthersMax = 64;

/** Each byte, upper-case ASCII letters as lower-case ones. */
const folded = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
);

/** A literal with the bits to set when it is found. */
export interface MarkedLiteral {
  readonly literal: Literal;
  readonly bits: readonly number[];
}

/**
 * Finds any of many literals in bytes, in a time that hardly depends on their number: Wu and
 * Manber's algorithm ("A fast algorithm for multi-pattern searching", 1994). Of each literal
 * the window of bytes is taken that is rarest in typical texts, all windows as long as each
 * other. Each pair of bytes tells how far ahead the end of a window can be at the nearest:
 * most pairs stand in no window, and then the next bytes need not be looked at at all.
 * Tables of numbers only; nothing is allocated while it scans.
 */
export class LiteralScanner {
  /** Bytes in each window. */
  readonly #window: number;
  /** For each pair how many bytes may be skipped; 0 when it may be the end of a window. */
  readonly #shifts: Uint8Array;
  readonly #keyBytes: number;
  /** For each hash of the last bytes of a window the first literal, or -1. */
  readonly #heads: Int32Array;
  readonly #hashShift: number;
  /** For each literal: the next one of its hash, the hashed bytes, where its bytes begin in the pool … */
  readonly #next: Int32Array;
  readonly #keys: Int32Array;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;
  /** … how far the last byte of its window is from its first byte, and whether case does not count. */
  readonly #windowEnds: Int32Array;
  readonly #caseless: Uint8Array;
  readonly #pool: Uint8Array;
  readonly #bits: readonly (readonly number[])[];

  /** @param literals each at least literalBytesMin bytes long, at least one */
  constructor(literals: readonly MarkedLiteral[], pairs: BytePairs) {
    const lengths = literals.map(({ literal }) => literal.text.length);
    this.#lengths = Int32Array.from(lengths);
    this.#window = lengths.reduce((least, length) => Math.min(least, length), windowBytesMax);
    this.#keyBytes = Math.min(this.#window, keyBytesMax);
    this.#shifts = new Uint8Array(65_536).fill(this.#window - 1);
    const hashBits = Math.max(6, Math.ceil(Math.log2(literals.length * 4)));
    this.#hashShift = 32 - hashBits;
    this.#heads = new Int32Array(1 << hashBits).fill(-1);
    this.#next = new Int32Array(literals.length);
    this.#keys = new Int32Array(literals.length);
    this.#starts = new Int32Array(literals.length);
    this.#windowEnds = new Int32Array(literals.length);
    this.#caseless = new Uint8Array(literals.length);
    this.#pool = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    this.#bits = literals.map(({ bits }) => bits);
    let start = 0;
    for (const [index, { literal }] of literals.entries()) {
      this.#add(index, literal, start, pairs);
      start += literal.text.length;
    }
  }

  /** Where in `bytes[from, to)` the first literal was found: one of its bytes; -1 when there is none. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const shifts = this.#shifts;
    let at = from + this.#window - 1;
    while (at < to) {
      const shift = shifts[((bytes[at - 1] as number) << 8) | (bytes[at] as number)] as number;
      if (shift !== 0) at += shift;
      else {
        if (this.#first(bytes, from, to, at) >= 0) return at;
        at++;
      }
    }
    return -1;
  }

  /** Sets the bits of all literals that stand in `bytes[from, to)`. */
  mark(bytes: Uint8Array, from: number, to: number, marks: Uint32Array): void {
    const shifts = this.#shifts;
    let at = from + this.#window - 1;
    while (at < to) {
      const shift = shifts[((bytes[at - 1] as number) << 8) | (bytes[at] as number)] as number;
      if (shift !== 0) at += shift;
      else {
        this.#markAt(bytes, from, to, at, marks);
        at++;
      }
    }
  }

  /** Sets the bits of all literals whose window ends at a byte. */
  #markAt(bytes: Uint8Array, from: number, to: number, at: number, marks: Uint32Array): void {
    let found = this.#first(bytes, from, to, at);
    while (found >= 0) {
      for (const bit of this.#bits[found] ?? []) {
        marks[bit >>> 5] = (marks[bit >>> 5] ?? 0) | (1 << (bit & 31));
      }
      const next = this.#next[found] ?? -1;
      found = this.#firstOf(next, this.#keys[found] ?? 0, bytes, from, to, at);
    }
  }

  /** A literal whose window ends at a byte and that stands there as a whole; -1 when none does. */
  #first(bytes: Uint8Array, from: number, to: number, at: number): number {
    let key = 0;
    for (let byte = at - this.#keyBytes + 1; byte <= at; byte++) {
      key = (key << 8) | (folded[bytes[byte] as number] as number);
    }
    return this.#firstOf(this.#heads[this.#hash(key)] ?? -1, key, bytes, from, to, at);
  }

  #firstOf(
    head: number,
    key: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    at: number,
  ): number {
    for (let index = head; index >= 0; index = this.#next[index] as number) {
      if (this.#keys[index] !== key) continue;
      const start = at - (this.#windowEnds[index] as number);
      if (start < from || start + (this.#lengths[index] as number) > to) continue;
      if (this.#isAt(index, bytes, start)) return index;
    }
    return -1;
  }

  #isAt(index: number, bytes: Uint8Array, start: number): boolean {
    const pool = this.#pool;
    const from = this.#starts[index] as number;
    const length = this.#lengths[index] as number;
    if (this.#caseless[index] === 1) {
      for (let at = 0; at < length; at++) {
        if (folded[bytes[start + at] as number] !== pool[from + at]) return false;
      }
      return true;
    }
    for (let at = 0; at < length; at++) if (bytes[start + at] !== pool[from + at]) return false;
    return true;
  }

  #hash(key: number): number {
    return Math.imul(key, 0x9e3779b1) >>> this.#hashShift;
  }

  #add(index: number, { text, caseless }: Literal, start: number, pairs: BytePairs): void {
    const byteAt = (at: number) => text.charCodeAt(at) & 0xff;
    const window = this.#cheapestWindow(text, caseless, pairs);
    for (let at = 0; at < text.length; at++) this.#pool[start + at] = byteAt(at);
    this.#starts[index] = start;
    this.#caseless[index] = caseless ? 1 : 0;
    this.#windowEnds[index] = window + this.#window - 1;
    for (let at = 1; at < this.#window; at++) {
      const shift = this.#window - 1 - at;
      for (const pair of casesOf(byteAt(window + at - 1), byteAt(window + at), caseless)) {
        this.#shifts[pair] = Math.min(this.#shifts[pair] ?? 0, shift);
      }
    }
    const key = this.#keyOf(text, window);
    this.#keys[index] = key;
    const hash = this.#hash(key);
    this.#next[index] = this.#heads[hash] ?? -1;
    this.#heads[hash] = index;
  }

  /**
   * Where the window of a text begins that adds least to the work of the scanner. What other windows
   * have made it do already is free; many literals in one window would be compared one after the other.
   */
  #cheapestWindow(text: string, caseless: boolean, pairs: BytePairs): number {
    let best = 0;
    let least = Infinity;
    for (let start = 0; start + this.#window <= text.length; start++) {
      const cost = this.#costOf(text, start, caseless, pairs);
      if (cost >= least) continue;
      least = cost;
      best = start;
    }
    return best;
  }

  /** What a window costs more, in steps of the scanner on the texts of which the pairs are. */
  #costOf(text: string, window: number, caseless: boolean, pairs: BytePairs): number {
    const skip = this.#window - 1;
    let cost = 0;
    // The bytes that are hashed cannot come more often than the rarest pair of them.
    let keyCount = Infinity;
    for (let at = 1; at <= skip; at++) {
      const [first, second] = [text.charCodeAt(window + at - 1), text.charCodeAt(window + at)];
      let count = unseenCount;
      for (const pair of casesOf(first & 0xff, second & 0xff, caseless)) {
        const seen = pairs.countOf(pair);
        const lost = (this.#shifts[pair] as number) - (skip - at);
        if (lost > 0) cost += (seen + unseenCount) * (at === skip ? lookSteps : lost / skip);
        count += seen;
      }
      if (at > skip + 1 - this.#keyBytes) keyCount = Math.min(keyCount, count);
    }
    return cost + keyCount * this.#othersIn(this.#keyOf(text, window));
  }

  /** How many literals have windows that end in the same bytes, as far as it is worth counting. */
  #othersIn(key: number): number {
    let others = 0;
    let each = this.#heads[this.#hash(key)] ?? -1;
    for (; each >= 0 && others < countedOthersMax; each = this.#next[each] ?? -1) {
      if (this.#keys[each] === key) others++;
    }
    return others;
  }

  /** The last bytes of a window, as they are hashed. */
  #keyOf(text: string, window: number): number {
    let key = 0;
    for (let at = this.#window - this.#keyBytes; at < this.#window; at++) {
      key = (key << 8) | (folded[text.charCodeAt(window + at) & 0xff] ?? 0);
    }
    return key;
  }
}

/** A pair of bytes, in all cases of its letters when case does not count. */
function casesOf(first: number, second: number, caseless: boolean): readonly number[] {
  if (!caseless) return [pairOf(first, second)];
  const firsts = [first, otherCase(first) ?? first];
  const seconds = [second, otherCase(second) ?? second];
  return firsts.flatMap((one) => seconds.map((other) => pairOf(one, other)));
}
