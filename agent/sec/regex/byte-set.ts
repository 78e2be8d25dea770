/** Bytes whose case differs, as distances: 'a' is 'A' + 32. */
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;
const CASE_DISTANCE = LOWER_A - UPPER_A;

/** The other case of an ASCII letter, or nothing: bytes above 127 have no case here. */
export function otherCase(byte: number): number | undefined {
  if (byte >= UPPER_A && byte <= UPPER_Z) return byte + CASE_DISTANCE;
  if (byte >= LOWER_A && byte <= LOWER_Z) return byte - CASE_DISTANCE;
  return undefined;
}

/** An immutable set of byte values, 0 to 255. */
export class ByteSet {
  static readonly none: ByteSet = new ByteSet(0n);
  static readonly all: ByteSet = new ByteSet((1n << 256n) - 1n);

  /** One bit a byte: 256 bits make set algebra three operators. */
  readonly #bits: bigint;

  private constructor(bits: bigint) {
    this.#bits = bits;
  }

  static of(...bytes: readonly number[]): ByteSet {
    return new ByteSet(bytes.reduce((bits, byte) => bits | (1n << BigInt(byte)), 0n));
  }

  /** The bytes of a string of single-byte characters. */
  static ofText(text: string): ByteSet {
    return ByteSet.of(...Array.from(text, (char) => char.charCodeAt(0)));
  }

  /** All bytes from `first` to `last`, both included. */
  static range(first: number, last: number): ByteSet {
    const length = BigInt(last - first + 1);
    return new ByteSet(((1n << length) - 1n) << BigInt(first));
  }

  has(byte: number): boolean {
    return ((this.#bits >> BigInt(byte)) & 1n) === 1n;
  }

  /** How many bytes are in the set. */
  get size(): number {
    return this.bytes().length;
  }

  isEmpty(): boolean {
    return this.#bits === 0n;
  }

  equals(other: ByteSet): boolean {
    return this.#bits === other.#bits;
  }

  union(other: ByteSet): ByteSet {
    return new ByteSet(this.#bits | other.#bits);
  }

  intersection(other: ByteSet): ByteSet {
    return new ByteSet(this.#bits & other.#bits);
  }

  complement(): ByteSet {
    return new ByteSet(ByteSet.all.#bits ^ this.#bits);
  }

  /** This set and the other case of each ASCII letter in it. */
  withBothCases(): ByteSet {
    const others = this.bytes().flatMap((byte) => otherCase(byte) ?? []);
    return this.union(ByteSet.of(...others));
  }

  /** The bytes in ascending order. */
  bytes(): readonly number[] {
    const found: number[] = [];
    for (let byte = 0; byte < 256; byte += 1) if (this.has(byte)) found.push(byte);
    return found;
  }

  /** The maximal runs of neighbouring bytes, ascending, as [first, last]. */
  ranges(): readonly (readonly [number, number])[] {
    const runs: [number, number][] = [];
    for (const byte of this.bytes()) {
      const last = runs.at(-1);
      if (last !== undefined && last[1] === byte - 1) last[1] = byte;
      else runs.push([byte, byte]);
    }
    return runs;
  }
}
