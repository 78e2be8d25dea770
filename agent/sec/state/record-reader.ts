import { type ByteString, byteStringFrom } from '../../../protocol/byte-string.ts';

/** A record that does not hold what it should. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}

/** Reads the fields of a record that RecordWriter wrote, in the same order. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @throws UnreadableRecord, as everything here does */
  number(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new UnreadableRecord('a record ends amid a number');
      value += (byte % 0x80) * factor;
      if (byte < 0x80) break;
      factor *= 0x80;
    }
    if (!Number.isSafeInteger(value)) throw new UnreadableRecord('a number is too large');
    return value;
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  time(): number {
    return this.signed();
  }

  flag(): boolean {
    return this.number() === 1;
  }

  text(): ByteString {
    return this.#textOf(this.number());
  }

  optionalText(): ByteString | undefined {
    const length = this.number();
    return length === 0 ? undefined : this.#textOf(length - 1);
  }

  times(): number[] {
    const count = this.count();
    const times: number[] = [];
    let before = 0;
    for (let index = 0; index < count; index++) {
      before += this.signed();
      times.push(before);
    }
    return times;
  }

  /** How many fields of at least a byte follow. */
  count(): number {
    const count = this.number();
    if (count > this.#bytes.length - this.#at) {
      throw new UnreadableRecord('a list is longer than its record');
    }
    return count;
  }

  /** To be called behind the last field. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new UnreadableRecord('a record is too long');
  }

  #textOf(length: number): ByteString {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new UnreadableRecord('a record ends amid a text');
    const text = byteStringFrom(this.#bytes, this.#at, end);
    this.#at = end;
    return text;
  }
}
