import { type ByteString, byteStringFrom } from '../../protocol/byte-string.ts';
import { countByte } from '../../protocol/count-byte.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import { BlockPool } from './block-pool.ts';
import { tailBytesMax } from './identity.ts';
import { defaultLineBytesMax, readBlockBytes } from './line-source.ts';

const newline = 0x0a;

/** Blocks of all buffers of a thread: what one has used up another takes. */
const pool = new BlockPool();

const noBytes = Buffer.alloc(0);

/**
 * Cuts blocks of bytes into lines at `\n`; every other byte, NUL included,
 * belongs to the line.
 *
 * A block is decoded once, when a line of it is wanted, and its lines are slices of it. The unfinished line
 * at its end is kept until a later block, or `finish()`, ends it. It is kept
 * as a chain of pieces that V8 joins once, when somebody looks at it: time
 * and memory stay linear for a line that comes in many blocks.
 */
export class LineBuffer {
  readonly #lineBytesMax: number;
  /** Blocks that came while the block was not used up. */
  readonly #waiting: Buffer[] = [];
  #bytes: Buffer = noBytes;
  /** The block as text; undefined until a line of it is wanted. */
  #text: ByteString | undefined = '';
  /** Index in the block of the first byte that is not yet part of a line. */
  #at = 0;
  /** The unfinished line from earlier blocks, no longer than the limit. */
  #partial: ByteString = '';
  /** Length of the unfinished line including what the limit cut off. */
  #partialBytes = 0;
  #finished = false;
  #takenEnd: number;
  /** The bytes just before the block, and before the unfinished line when there is one. */
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
    return this.#at >= this.#bytes.length && this.#waiting.length === 0;
  }

  /** True when nothing at all is left, not even an unfinished line. */
  get empty(): boolean {
    return this.drained && this.#partialBytes === 0;
  }

  /** Adds `bytes` from `start` to before `end`. The bytes are copied. */
  push(bytes: Buffer, start: number, end: number): void {
    if (start < end) this.#waiting.push(pool.copyOf(bytes, start, end));
  }

  /** Counts NUL bytes of the input that belong to no line. Only while the buffer is empty. */
  skipNuls(byteCount: number): void {
    this.#nextBlock(Buffer.alloc(Math.min(byteCount, tailBytesMax)));
    this.#nextBlock(undefined);
    this.#takenEnd += byteCount;
  }

  /** No more bytes will come: an unfinished line counts as a line. */
  finish(): void {
    this.#finished = true;
  }

  /** The next line without its newline, or undefined when there is no whole one. */
  next(): ByteString | undefined {
    const start = this.#at;
    const text = this.#text ?? this.#decode();
    const end = text.indexOf('\n', start);
    const length = end - start;
    if (end === -1 || this.#partialBytes > 0 || length > this.#lineBytesMax) {
      return this.#nextOverBlocks();
    }
    this.#at = end + 1;
    this.#takenEnd += length + 1;
    return text.slice(start, end);
  }

  /**
   * Leaves out all lines of the block at hand before the next one that a filter finds; undefined when
   * the next line has to be taken as it is.
   * @param lastMax of how many of them the text is wanted
   */
  passOver(filter: LineFilter, lastMax: number): PassedOver | undefined {
    // A line within a block must not be longer than what next() would give.
    if (this.#partialBytes > 0 || this.#lineBytesMax < readBlockBytes) return undefined;
    if (this.#at >= this.#bytes.length) this.#nextBlock(this.#waiting.shift());
    const bytes = this.#bytes;
    const from = this.#at;
    const end = bytes.lastIndexOf(newline) + 1;
    if (end <= from || bytes.length > readBlockBytes) return undefined;
    const found = filter.find(bytes, from, end);
    const to = found < 0 ? end : Math.max(from, lastNewline(bytes, found) + 1);
    if (to === from) return undefined;
    this.#at = to;
    this.#takenEnd += to - from;
    const last: ByteString[] = [];
    for (let lineEnd = to; lineEnd > from && last.length < lastMax; ) {
      const start = Math.max(from, lastNewline(bytes, lineEnd - 1) + 1);
      last.unshift(byteStringFrom(bytes, start, lineEnd - 1));
      lineEnd = start;
    }
    return { count: countByte(bytes, newline, from, to), last };
  }

  #decode(): ByteString {
    this.#text = byteStringFrom(this.#bytes);
    return this.#text;
  }

  /** The rarer cases: the line began in an earlier block, ends in a later one, or is too long. */
  #nextOverBlocks(): ByteString | undefined {
    for (;;) {
      const end = this.#bytes.indexOf(newline, this.#at);
      if (end !== -1) {
        this.#keep(end);
        this.#at = end + 1;
        this.#takenEnd += 1;
        return this.#takePartial();
      }
      this.#keep(this.#bytes.length);
      this.#nextBlock(this.#waiting.shift());
      if (this.#bytes.length === 0) {
        return this.#finished && this.#partialBytes > 0 ? this.#takePartial() : undefined;
      }
    }
  }

  /** Moves the block's bytes before `end` to the unfinished line, as far as its limit allows. */
  #keep(end: number): void {
    if (this.#partialBytes === 0) this.#beforePartial = this.#tailAt(this.#at);
    const room = this.#lineBytesMax - this.#partial.length;
    this.#partial += byteStringFrom(this.#bytes, this.#at, Math.min(end, this.#at + room));
    this.#partialBytes += end - this.#at;
  }

  #nextBlock(block: Buffer = noBytes): void {
    this.#beforeBlock = this.#tailAt(this.#bytes.length);
    pool.giveBack(this.#bytes);
    this.#bytes = block;
    this.#text = block.length === 0 ? '' : undefined;
    this.#at = 0;
  }

  /** The bytes before an index of the block, in a string of their own. */
  #tailAt(at: number): ByteString {
    if (at === 0) return this.#beforeBlock;
    const start = Math.max(0, at - tailBytesMax);
    const missing = tailBytesMax - (at - start);
    const earlier = missing > 0 ? this.#beforeBlock.slice(-missing) : '';
    return earlier + byteStringFrom(this.#bytes, start, at);
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

/** The last newline before a place; -1 when there is none. */
function lastNewline(bytes: Buffer, before: number): number {
  return before > 0 ? bytes.lastIndexOf(newline, before - 1) : -1;
}
