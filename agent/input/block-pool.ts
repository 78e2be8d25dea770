import { readBlockBytes } from './line-source.ts';

/** Blocks that are kept for the next one who needs some: a poll of one source reads no more. */
const sparesMax = 4;

/** Blocks of bytes that are used over and over: a log that is read fast makes no garbage of them. */
export class BlockPool {
  readonly #spares: Buffer[] = [];

  /** A block with a copy of `bytes[start, end)`. */
  copyOf(bytes: Buffer, start: number, end: number): Buffer {
    const length = end - start;
    const whole =
      length > readBlockBytes
        ? Buffer.allocUnsafeSlow(length)
        : (this.#spares.pop() ?? Buffer.allocUnsafeSlow(readBlockBytes));
    bytes.copy(whole, 0, start, end);
    return whole.subarray(0, length);
  }

  /** Takes back a block that nobody looks at any more. */
  giveBack({ buffer, byteOffset }: Buffer): void {
    if (byteOffset !== 0 || buffer.byteLength !== readBlockBytes) return;
    if (this.#spares.length < sparesMax) this.#spares.push(Buffer.from(buffer));
  }
}
