import type { ByteString } from '../../protocol/byte-string.ts';
import { tailBytesMax } from './identity.ts';
import { defaultLineBytesMax } from './line-source.ts';

/**
 * Cuts blocks of bytes into lines at `\n`; every other byte, NUL included,
 * belongs to the line.
 *
 * A block is decoded once and its lines are slices of it. The unfinished line
 * at its end is kept until a later block, or `finish()`, ends it. It is kept
 * as a chain of pieces that V8 joins once, when somebody looks at it: time
 * and memory stay linear for a line that comes in many blocks.
 */
export class LineBuffer {
  readonly #lineBytesMax: number;
  /** Blocks that came while `#block` was not used up. */
  readonly #waiting: ByteString[] = [];
  #block: ByteString = '';
  /** Index in `#block` of the first byte that is not yet part of a line. */
  #at = 0;
  /** The unfinished line from earlier blocks, no longer than the limit. */
  #partial: ByteString = '';
  /** Length of the unfinished line including what the limit cut off. */
  #partialBytes = 0;
  #finished = false;
  #takenEnd: number;
  /** The bytes just before `#block`, and before the unfinished line when there is one. */
  #beforeBlock: ByteString;
  #beforePartial: ByteString = '';
  #linesCut = 0;

  /**
   * `offset` is the place in the input of the first byte that will be pushed,
   * `before` what stands in front of it, as far as `takenTail` is to know it.
   */
  constructor(offset = 0, lineBytesMax = defaultLineBytesMax, before: ByteString = '') {
    this.#takenEnd = offset;
    this.#lineBytesMax = lineBytesMax;
    this.#beforeBlock = before;
  }

  /** The place in the input after the last line that `next()` returned, its newline included. */
  get takenEnd(): number {
    return this.#takenEnd;
  }

  /** The bytes just before `takenEnd`, `tailBytesMax` of them or fewer: all that there are. */
  get takenTail(): ByteString {
    return this.#partialBytes > 0 ? this.#beforePartial : this.#tailAt(this.#at);
  }

  /** Lines of which the end was dropped, because they were longer than the limit. */
  get linesCut(): number {
    return this.#linesCut;
  }

  /** True when all that was pushed is taken, but for an unfinished line. */
  get drained(): boolean {
    return this.#at >= this.#block.length && this.#waiting.length === 0;
  }

  /** True when nothing at all is left, not even an unfinished line. */
  get empty(): boolean {
    return this.drained && this.#partialBytes === 0;
  }

  /** Adds `bytes` from `start` to before `end`. The bytes are copied. */
  push(bytes: Buffer, start: number, end: number): void {
    if (start < end) this.#waiting.push(bytes.toString('latin1', start, end));
  }

  /** Counts NUL bytes of the input that belong to no line. Only while the buffer is empty. */
  skipNuls(byteCount: number): void {
    this.#nextBlock('\0'.repeat(Math.min(byteCount, tailBytesMax)));
    this.#nextBlock('');
    this.#takenEnd += byteCount;
  }

  /** No more bytes will come: an unfinished line counts as a line. */
  finish(): void {
    this.#finished = true;
  }

  /** The next line without its newline, or undefined when there is no whole one. */
  next(): ByteString | undefined {
    const start = this.#at;
    const newline = this.#block.indexOf('\n', start);
    const length = newline - start;
    if (newline === -1 || this.#partialBytes > 0 || length > this.#lineBytesMax) {
      return this.#nextOverBlocks();
    }
    this.#at = newline + 1;
    this.#takenEnd += length + 1;
    return this.#block.slice(start, newline);
  }

  /** The rarer cases: the line began in an earlier block, ends in a later one, or is too long. */
  #nextOverBlocks(): ByteString | undefined {
    for (;;) {
      const newline = this.#block.indexOf('\n', this.#at);
      if (newline !== -1) {
        this.#keep(newline);
        this.#at = newline + 1;
        this.#takenEnd += 1;
        return this.#takePartial();
      }
      this.#keep(this.#block.length);
      this.#nextBlock(this.#waiting.shift() ?? '');
      if (this.#block === '') {
        return this.#finished && this.#partialBytes > 0 ? this.#takePartial() : undefined;
      }
    }
  }

  /** Moves the block's bytes before `end` to the unfinished line, as far as its limit allows. */
  #keep(end: number): void {
    if (this.#partialBytes === 0) this.#beforePartial = this.#tailAt(this.#at);
    const room = this.#lineBytesMax - this.#partial.length;
    this.#partial += this.#block.slice(this.#at, Math.min(end, this.#at + room));
    this.#partialBytes += end - this.#at;
  }

  #nextBlock(block: ByteString): void {
    this.#beforeBlock = this.#tailAt(this.#block.length);
    this.#block = block;
    this.#at = 0;
  }

  /** The bytes before an index of the block, in a string of their own: a slice would hold the block. */
  #tailAt(at: number): ByteString {
    if (at === 0) return this.#beforeBlock;
    const inBlock = this.#block.slice(Math.max(0, at - tailBytesMax), at);
    const missing = tailBytesMax - inBlock.length;
    const earlier = missing > 0 ? this.#beforeBlock.slice(-missing) : '';
    return Buffer.from(earlier + inBlock, 'latin1').toString('latin1');
  }

  #takePartial(): ByteString {
    const line = this.#partial;
    if (this.#partialBytes > line.length) this.#linesCut += 1;
    this.#takenEnd += this.#partialBytes;
    this.#partial = '';
    this.#partialBytes = 0;
    return line;
  }
}
