import { type ByteString, byteStringFrom } from '../byte-string.ts';

/** Thrown by a reader for bytes that are not what the format says; stays within the codec. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

/** Reads big-endian numbers and counted texts one after the other. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes were read. */
  get position(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#bytes[this.#skip(1)] ?? 0;
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#skip(2));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#skip(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#skip(4));
  }

  /** A number of eight bytes; beyond 2^53 − 1, where numbers are no longer exact, it is refused. */
  uint64(): number {
    const at = this.#skip(8);
    const high = this.#bytes.readUInt32BE(at);
    if (high > 0x1fffff) throw new MalformedError('a number is above 2^53 - 1');
    return high * 0x1_0000_0000 + this.#bytes.readUInt32BE(at + 4);
  }

  /** A text that its length in two bytes precedes. */
  text16(bytesMax: number, what: string): ByteString {
    return this.#text(this.uint16(), bytesMax, what);
  }

  /** A text that its length in one byte precedes. */
  text8(bytesMax: number, what: string): ByteString {
    return this.#text(this.uint8(), bytesMax, what);
  }

  /** The bytes from one position to another, as a view. */
  between(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  /** Everything must have been read. */
  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw new MalformedError(`${left} bytes are left at the end of a frame`);
  }

  #text(length: number, bytesMax: number, what: string): ByteString {
    if (length > bytesMax) {
      throw new MalformedError(`${what} of ${length} bytes, more than ${bytesMax}`);
    }
    const at = this.#skip(length);
    return byteStringFrom(this.#bytes, at, at + length);
  }

  #skip(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) {
      throw new MalformedError('a frame ends amid one of its fields');
    }
    this.#at = at + length;
    return at;
  }
}
