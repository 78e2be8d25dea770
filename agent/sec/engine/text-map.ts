import type { ByteString } from '../../../protocol/byte-string.ts';

/** Slots at first; a power of two. */
const slotsMin = 16;

/**
 * Slots that are looked at for one text, at most. When a new text would need more, somebody has chosen
 * texts whose hashes collide: from then on V8's own Map serves, whose hashes nobody can foresee.
 */
const probesMax = 128;

/**
 * A map from texts that are made for each look-up: what V8's Map is slow at, because it has the
 * hash of a new text computed by a call out of compiled code, and looks at several places of memory for each
 * entry. Here a slot holds hash and entry side by side. A third of the time with 100,000 keys.
 * Entries keep the order in which they were made.
 */
export class TextMap<V> {
  /** For each slot the hash, and the entry it is of: 0 for none, else its index + 1; below 0 it was deleted. */
  #slots = new Int32Array(2 * slotsMin);
  #mask = slotsMin - 1;
  /** Slots that are not empty, deleted ones among them. */
  #used = 0;
  readonly #keys: (ByteString | undefined)[] = [];
  readonly #values: (V | undefined)[] = [];
  #size = 0;
  /** Serves instead of the slots. */
  #fallback: Map<ByteString, V> | undefined;

  get size(): number {
    return this.#fallback?.size ?? this.#size;
  }

  get(key: ByteString): V | undefined {
    if (this.#fallback !== undefined) return this.#fallback.get(key);
    const slot = this.#find(key, hashOf(key));
    return slot < 0 ? undefined : this.#values[(this.#slots[slot + 1] as number) - 1];
  }

  has(key: ByteString): boolean {
    return this.#fallback?.has(key) ?? this.#find(key, hashOf(key)) >= 0;
  }

  /** Sets a value; a key that is there already keeps its place in the order. */
  set(key: ByteString, value: V): void {
    if (this.#fallback !== undefined) {
      this.#fallback.set(key, value);
      return;
    }
    const hash = hashOf(key);
    const slot = this.#find(key, hash);
    if (slot >= 0) {
      this.#values[(this.#slots[slot + 1] as number) - 1] = value;
      return;
    }
    // At most half of the slots are used.
    if (2 * (this.#used + 1) > this.#mask + 1) this.#rebuild();
    const entry = this.#keys.push(key);
    this.#values.push(value);
    this.#size++;
    if (!this.#occupy(hash, entry)) this.#fallback = new Map(this);
  }

  /** False when the key was not there. */
  delete(key: ByteString): boolean {
    if (this.#fallback !== undefined) return this.#fallback.delete(key);
    const slot = this.#find(key, hashOf(key));
    if (slot < 0) return false;
    const index = (this.#slots[slot + 1] as number) - 1;
    this.#keys[index] = undefined;
    this.#values[index] = undefined;
    this.#slots[slot + 1] = -1;
    this.#size--;
    return true;
  }

  /** All keys with their values. Nothing may be added while somebody goes through them. */
  *[Symbol.iterator](): Generator<[ByteString, V]> {
    if (this.#fallback !== undefined) {
      yield* this.#fallback;
      return;
    }
    const values = this.#values;
    for (const [index, key] of this.#keys.entries()) {
      if (key !== undefined) yield [key, values[index] as V];
    }
  }

  *keys(): Generator<ByteString> {
    for (const [key] of this) yield key;
  }

  *values(): Generator<V> {
    for (const [, value] of this) yield value;
  }

  /** Where the slot of a key is; -1 when it has none. */
  #find(key: ByteString, hash: number): number {
    const slots = this.#slots;
    const keys = this.#keys;
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const entry = slots[2 * at + 1] as number;
      if (entry === 0) return -1;
      if (entry > 0 && slots[2 * at] === hash && keys[entry - 1] === key) return 2 * at;
    }
  }

  /** Gives an entry a slot; false when too many others are in the way. */
  #occupy(hash: number, entry: number): boolean {
    const slots = this.#slots;
    let at = hash & this.#mask;
    for (let probes = 0; slots[2 * at + 1] !== 0; probes++) {
      if (probes >= probesMax) return false;
      at = (at + 1) & this.#mask;
    }
    slots[2 * at] = hash;
    slots[2 * at + 1] = entry;
    this.#used++;
    return true;
  }

  /** Makes room for twice as many as there are, and forgets what was deleted. */
  #rebuild(): void {
    this.#closeGaps();
    let slots = slotsMin;
    while (slots < 4 * (this.#size + 1)) slots *= 2;
    this.#slots = new Int32Array(2 * slots);
    this.#mask = slots - 1;
    this.#used = 0;
    for (const [index, key] of this.#keys.entries()) {
      if (this.#occupy(hashOf(key as ByteString), index + 1)) continue;
      this.#fallback = new Map(this);
      return;
    }
  }

  /** Moves the entries together in their places: copies of the lists would be garbage as large as they are. */
  #closeGaps(): void {
    const [keys, values] = [this.#keys, this.#values];
    let to = 0;
    for (const [from, key] of keys.entries()) {
      if (key === undefined) continue;
      keys[to] = key;
      values[to] = values[from];
      to++;
    }
    keys.length = to;
    values.length = to;
  }
}

/** FNV-1a over the bytes, with the high bits mixed into the low ones. */
function hashOf(key: ByteString): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 12);
}
