/** Bytes whose case differs, as distances: 'a' is 'A' + 32. */
const upperA = 0x41;
const upperZ = 0x5a;
const lowerA = 0x61;
const lowerZ = 0x7a;
const caseDistance = lowerA - upperA;

/** The other case of an ASCII letter, or nothing: bytes above 127 have no case here. */
export function otherCase(byte: number): number | undefined {
  if (byte >= upperA && byte <= upperZ) return byte + caseDistance;
  if (byte >= lowerA && byte <= lowerZ) return byte - caseDistance;
  return undefined;
}

const byteValues = 256;

/** An immutable set of byte values, 0 to 255. */
export class ByteSet {
  static readonly none: ByteSet = ByteSet.#where(() => false);
  static readonly all: ByteSet = ByteSet.#where(() => true);

  /** Sets of one byte, made when they are asked for: most of a pattern is plain text. */
  static readonly #singles: ByteSet[] = [];

  /** For each byte 1 when it is in the set. */
  readonly #members: Uint8Array;
  /** What bytes() and ranges() give, once they were asked for. */
  #bytes: readonly number[] | undefined;
  #ranges: readonly (readonly [number, number])[] | undefined;

  private constructor(members: Uint8Array) {
    this.#members = members;
  }

  static #where(holds: (byte: number) => boolean): ByteSet {
    const members = new Uint8Array(byteValues);
    for (let byte = 0; byte < byteValues; byte += 1) if (holds(byte)) members[byte] = 1;
    return new ByteSet(members);
  }

  static of(...bytes: readonly number[]): ByteSet {
    const [only] = bytes;
    if (bytes.length === 1 && only !== undefined) {
      ByteSet.#singles[only] ??= ByteSet.#where((byte) => byte === only);
      return ByteSet.#singles[only];
    }
    const members = new Uint8Array(byteValues);
    for (const byte of bytes) members[byte] = 1;
    return new ByteSet(members);
  }

  /** The bytes of a string of single-byte characters. */
  static ofText(text: string): ByteSet {
    return ByteSet.of(...Array.from(text, (char) => char.charCodeAt(0)));
  }

  /** All bytes from `first` to `last`, both included. */
  static range(first: number, last: number): ByteSet {
    return new ByteSet(new Uint8Array(byteValues).fill(1, first, last + 1));
  }

  has(byte: number): boolean {
    return this.#members[byte] === 1;
  }

  /** How many bytes are in the set. */
  get size(): number {
    return this.bytes().length;
  }

  isEmpty(): boolean {
    return !this.#members.includes(1);
  }

  equals(other: ByteSet): boolean {
    return this.#members.every((member, byte) => member === other.#members[byte]);
  }

  union(other: ByteSet): ByteSet {
    return ByteSet.#where((byte) => this.has(byte) || other.has(byte));
  }

  intersection(other: ByteSet): ByteSet {
    return ByteSet.#where((byte) => this.has(byte) && other.has(byte));
  }

  complement(): ByteSet {
    return ByteSet.#where((byte) => !this.has(byte));
  }

  /** This set and the other case of each ASCII letter in it. */
  withBothCases(): ByteSet {
    return ByteSet.#where((byte) => {
      const other = otherCase(byte);
      return this.has(byte) || (other !== undefined && this.has(other));
    });
  }

  /** The bytes in ascending order. */
  bytes(): readonly number[] {
    if (this.#bytes !== undefined) return this.#bytes;
    const found: number[] = [];
    for (let byte = 0; byte < byteValues; byte += 1) if (this.has(byte)) found.push(byte);
    this.#bytes = found;
    return found;
  }

  /** The maximal runs of neighbouring bytes, ascending, as [first, last]. */
  ranges(): readonly (readonly [number, number])[] {
    if (this.#ranges !== undefined) return this.#ranges;
    const runs: [number, number][] = [];
    for (const byte of this.bytes()) {
      const last = runs.at(-1);
      if (last !== undefined && last[1] === byte - 1) last[1] = byte;
      else runs.push([byte, byte]);
    }
    this.#ranges = runs;
    return runs;
  }
}
