import type { ByteString } from '../byte-string.ts';

/** Writes big-endian numbers and counted texts one after the other into a buffer that has room. */
export class ByteWriter {
  readonly bytes: Buffer;
  #at = 0;

  /** @param length how many bytes will be written, exactly */
  constructor(length: number) {
    this.bytes = Buffer.allocUnsafe(length);
  }

  uint8(value: number): this {
    this.#at = this.bytes.writeUInt8(value, this.#at);
    return this;
  }

  uint16(value: number): this {
    this.#at = this.bytes.writeUInt16BE(value, this.#at);
    return this;
  }

  int16(value: number): this {
    this.#at = this.bytes.writeInt16BE(value, this.#at);
    return this;
  }

  uint32(value: number): this {
    this.#at = this.bytes.writeUInt32BE(value, this.#at);
    return this;
  }

  /** A whole number from 0 to 2^53 − 1, in eight bytes. */
  uint64(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no exact whole number`);
    this.uint32(Math.floor(value / 0x1_0000_0000));
    return this.uint32(value % 0x1_0000_0000);
  }

  text16(value: ByteString): this {
    return this.uint16(value.length).#text(value);
  }

  text8(value: ByteString): this {
    return this.uint8(value.length).#text(value);
  }

  /** Room for everything was asked for, and everything was written. */
  done(): Buffer {
    if (this.#at !== this.bytes.length) {
      throw new RangeError(`wrote ${this.#at} bytes of ${this.bytes.length}`);
    }
    return this.bytes;
  }

  #text(value: ByteString): this {
    this.#at += this.bytes.write(value, this.#at, 'latin1');
    return this;
  }
}
