import { type ByteString, byteStringFrom } from '../byte-string.ts';

/**
 * Bytes of a connection, to be taken as lines or as blocks of a known length. A line ends
 * with a newline, with or without a carriage return before it. How the bytes were cut into
 * chunks makes no difference.
 */
export class LineBuffer {
  readonly #lineBytesMax: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** @param lineBytesMax a line that is longer is refused, in bytes without its end */
  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** How many bytes wait. */
  get length(): number {
    return this.#bytes;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** The next line; undefined when it is not whole yet; `too long` also before its end has come. */
  takeLine(): ByteString | undefined | { readonly fault: 'too long' } {
    const all = this.#joined();
    const end = all.indexOf(0x0a);
    const length = end === -1 ? all.length : end;
    // One more may be the carriage return.
    if (length > this.#lineBytesMax + 1) return { fault: 'too long' };
    if (end === -1) return undefined;
    const line = byteStringFrom(all, 0, all[end - 1] === 0x0d ? end - 1 : end);
    if (line.length > this.#lineBytesMax) return { fault: 'too long' };
    this.#drop(end + 1);
    return line;
  }

  /** The next bytes, exactly so many; undefined when they have not all come. */
  take(length: number): Uint8Array | undefined {
    if (this.#bytes < length) return undefined;
    const taken = this.#joined().subarray(0, length);
    this.#drop(length);
    return taken;
  }

  #joined(): Buffer {
    const [first = Buffer.alloc(0)] = this.#chunks;
    if (this.#chunks.length <= 1) {
      return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
    }
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #drop(length: number): void {
    const rest = this.#joined().subarray(length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
  }
}
