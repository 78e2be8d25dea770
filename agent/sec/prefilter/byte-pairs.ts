/** How often each two bytes follow each other in some texts. */
export class BytePairs {
  readonly #counts = new Uint32Array(65_536);

  constructor(texts: Iterable<string>) {
    for (const text of texts) {
      for (let at = 1; at < text.length; at++) {
        const pair = pairOf(text.charCodeAt(at - 1), text.charCodeAt(at));
        this.#counts[pair] = (this.#counts[pair] ?? 0) + 1;
      }
    }
  }

  /** How often `first` is followed by `second`. */
  count(first: number, second: number): number {
    return this.countOf(pairOf(first, second));
  }

  /** How often a pair of pairOf() was seen. */
  countOf(pair: number): number {
    return this.#counts[pair] ?? 0;
  }
}

/** Two bytes as one number, 0 to 65535. */
export function pairOf(first: number, second: number): number {
  return (first << 8) | second;
}
