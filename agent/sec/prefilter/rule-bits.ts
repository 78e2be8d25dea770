/** A set of rules, by their places. */
export class RuleBits {
  readonly words: Uint32Array;

  /** @param size how many rules there are */
  constructor(size: number) {
    this.words = new Uint32Array(Math.ceil(size / 32));
  }

  set(bit: number): void {
    const { words } = this;
    words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  /** Becomes equal to another set of the same size. */
  copy(other: RuleBits): void {
    this.words.set(other.words);
  }

  /** Takes in all of another set of the same size. */
  add(other: RuleBits): void {
    for (const [index, word] of other.words.entries()) {
      this.words[index] = (this.words[index] ?? 0) | word;
    }
  }

  get isEmpty(): boolean {
    return this.words.every((word) => word === 0);
  }

  /** The first member from a place on; `end` when there is none before it. */
  next(from: number, end: number): number {
    const { words } = this;
    let index = from >>> 5;
    let word = (words[index] ?? 0) & (-1 << (from & 31));
    while (word === 0) {
      index++;
      if (index << 5 >= end) return end;
      word = words[index] ?? 0;
    }
    const found = (index << 5) + 31 - Math.clz32(word & -word);
    return Math.min(found, end);
  }
}
