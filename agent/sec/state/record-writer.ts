import type { ByteString } from '../../../protocol/byte-string.ts';

/**
 * Writes the fields of a record one after the other into bytes: whole numbers in as few
 * bytes as they need, 7 bits in each; texts with their length before them. What wrote a
 * record knows its fields and their order, nothing else does.
 */
export class RecordWriter {
  #bytes = Buffer.allocUnsafe(1_024);
  #length = 0;

  /** A whole number from 0. */
  number(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number that may be below 0. */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** A moment, Unix time in seconds. */
  time(value: number): void {
    this.signed(value);
  }

  flag(value: boolean): void {
    this.number(value ? 1 : 0);
  }

  text(value: ByteString): void {
    this.number(value.length);
    this.#bytesOf(value);
  }

  /** A text that may be missing. */
  optionalText(value: ByteString | undefined): void {
    this.number(value === undefined ? 0 : value.length + 1);
    if (value !== undefined) this.#bytesOf(value);
  }

  /** Times in Unix seconds, which are near to each other most often. */
  times(values: readonly number[]): void {
    this.number(values.length);
    let before = 0;
    for (const value of values) {
      this.signed(value - before);
      before = value;
    }
  }

  /** The bytes of the record; valid until the next one begins. */
  finish(): Uint8Array {
    const record = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return record;
  }

  #bytesOf(value: ByteString): void {
    this.#reserve(value.length);
    this.#length += this.#bytes.write(value, this.#length, 'latin1');
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
