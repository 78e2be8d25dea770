import type { ByteString } from '../../protocol/byte-string.ts';

/** Room for so many fingerprints in each of the two halves: 2 MiB each. */
const slotsDefault = 2 ** 18;

/** A table that is fuller than this finds places slowly, and is exchanged. */
const fullest = 0.7;

/**
 * Remembers which packets came within a time, to know them when they come again.
 *
 * A packet is known by the last 8 bytes of its ciphertext, which depend on its whole
 * content, the password, and the connection's random IV: a client that sends the
 * same result again gets other ones. Memory is fixed: two tables of fingerprints,
 * of which the older one is dropped when its time is over or when the newer is full.
 */
export class RecentPackets {
  /** A packet is remembered at least so long. */
  keepSeconds: number;
  readonly #slots: number;
  #new: FingerprintTable;
  #old: FingerprintTable;
  #exchangedAt: number;

  /**
   * @param keepSeconds a packet is remembered at least so long
   * @param nowSeconds Unix time
   * @param slots a power of 2
   */
  constructor(keepSeconds: number, nowSeconds: number, slots = slotsDefault) {
    this.keepSeconds = keepSeconds;
    this.#slots = slots;
    this.#new = new FingerprintTable(slots);
    this.#old = new FingerprintTable(slots);
    this.#exchangedAt = nowSeconds;
  }

  /**
   * Remembers a packet by its fingerprint of 8 bytes, if it did not come before. `forgot-early`:
   * there were so many that older ones had to be forgotten before their time.
   */
  add(fingerprint: ByteString, nowSeconds: number): 'new' | 'forgot-early' | 'known' {
    const age = nowSeconds - this.#exchangedAt;
    // A clock that was set back must not keep a table for ever.
    if (age > this.keepSeconds || age < 0) this.#exchange(nowSeconds);
    const high = wordAt(fingerprint, 0);
    const low = wordAt(fingerprint, 4);
    if (this.#old.has(high, low) || this.#new.has(high, low)) return 'known';
    const isFull = this.#new.size >= this.#slots * fullest;
    if (isFull) this.#exchange(nowSeconds);
    this.#new.add(high, low);
    return isFull ? 'forgot-early' : 'new';
  }

  #exchange(nowSeconds: number): void {
    [this.#new, this.#old] = [this.#old, this.#new];
    this.#new.clear();
    this.#exchangedAt = nowSeconds;
  }
}

/** A set of pairs of words, with open addressing; the pair of zeros marks a free place. */
class FingerprintTable {
  readonly #words: Int32Array;
  readonly #mask: number;
  #size = 0;

  constructor(slots: number) {
    this.#words = new Int32Array(2 * slots);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  has(high: number, low: number): boolean {
    if (this.#size === 0) return false;
    const at = this.#placeOf(high, low);
    return this.#words[at] === high && this.#words[at + 1] === low;
  }

  add(high: number, low: number): void {
    const at = this.#placeOf(high, low);
    this.#words[at] = high;
    this.#words[at + 1] = low;
    this.#size++;
  }

  clear(): void {
    if (this.#size > 0) this.#words.fill(0);
    this.#size = 0;
  }

  /** Where the pair is, or the free place where it belongs. */
  #placeOf(high: number, low: number): number {
    // Ciphertext is evenly spread already: its bits are the hash.
    for (let slot = (high ^ low) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = 2 * slot;
      const isFree = this.#words[at] === 0 && this.#words[at + 1] === 0;
      if (isFree || (this.#words[at] === high && this.#words[at + 1] === low)) return at;
    }
  }
}

/** Four bytes as a word that is not zero, so that it can be told from a free place. */
function wordAt(bytes: ByteString, at: number): number {
  const word =
    (bytes.charCodeAt(at) << 24) |
    (bytes.charCodeAt(at + 1) << 16) |
    (bytes.charCodeAt(at + 2) << 8) |
    bytes.charCodeAt(at + 3);
  return word === 0 ? 1 : word;
}
