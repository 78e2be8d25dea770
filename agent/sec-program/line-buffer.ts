import { type ByteString, byteStringFrom } from '../../protocol/byte-string.ts';
import { countByte } from '../../protocol/count-byte.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';

/** Bytes that are read at once. */
const readBytes = 256 * 1024;

/** The longest line, in bytes; a longer one becomes several. SEC knows no limit. */
const lineBytesMax = 64 * 1024 * 1024;

const newline = 0x0a;

const noBytes = Buffer.alloc(0);

/** What one input needs no longer the next one takes: most inputs have nothing most of the time. */
let spare: Buffer = noBytes;

/**
 * Bytes of an input, and the lines in them. More is read at once than SEC would read, but
 * shown a block of SEC's at a time: which of several inputs comes first depends on it.
 */
export class LineBuffer {
  #bytes: Buffer = noBytes;
  /** Where the first line begins that was not taken. */
  #from = 0;
  /** How far SEC would have read. */
  #shown = 0;
  /** Up to here there is no newline behind #from. */
  #searched = 0;
  /** How far it was read. */
  #to = 0;

  /** Bytes that were read and not shown. */
  get hidden(): number {
    return this.#to - this.#shown;
  }

  /** True when no shown byte is left. */
  get isEmpty(): boolean {
    return this.#from === this.#shown;
  }

  /** True when take() has a line to give. */
  get hasLine(): boolean {
    return this.#lineEnd(this.#searched) >= 0;
  }

  /**
   * Reads more.
   * @param read puts bytes into a part of a buffer and says how many
   */
  fill(read: (buffer: Buffer, at: number, length: number) => number): number {
    this.#makeRoom();
    const count = read(this.#bytes, this.#to, Math.min(readBytes, this.#bytes.length - this.#to));
    this.#to += count;
    return count;
  }

  /** Shows up to so many bytes more. */
  show(count: number): void {
    this.#shown = Math.min(this.#to, this.#shown + count);
  }

  /** The next line. */
  take(): ByteString | undefined {
    const end = this.#lineEnd(this.#searched);
    if (end < 0) {
      this.#searched = this.#shown;
      return this.#shown - this.#from < lineBytesMax ? undefined : this.takeRest();
    }
    const line = byteStringFrom(this.#bytes, this.#from, end);
    this.#goTo(end + 1);
    return line;
  }

  /** What stands behind the last newline. */
  takeRest(): ByteString {
    const rest = byteStringFrom(this.#bytes, this.#from, this.#shown);
    this.#goTo(this.#shown);
    return rest;
  }

  /**
   * Leaves out all lines before the next one that a filter finds, shown or not.
   * @param lastMax of how many the text is wanted
   */
  passOver(filter: LineFilter, lastMax: number): PassedOver {
    this.#shown = this.#to;
    const end = this.#endBefore(filter);
    const count = countByte(this.#bytes, newline, this.#from, end);
    const last: ByteString[] = [];
    for (let lineEnd = end; lineEnd > this.#from && last.length < lastMax; ) {
      const start = Math.max(this.#from, this.#lastNewline(lineEnd - 1) + 1);
      last.unshift(byteStringFrom(this.#bytes, start, lineEnd - 1));
      lineEnd = start;
    }
    this.#goTo(end);
    return { count, last };
  }

  /** Forgets everything. */
  clear(): void {
    this.#to = 0;
    this.#shown = 0;
    this.#goTo(0);
    this.release();
  }

  /** Gives room back when nothing is in it. */
  release(): void {
    if (this.#from < this.#to) return;
    if (this.#bytes.length > spare.length) spare = this.#bytes;
    this.#bytes = noBytes;
    this.#to = 0;
    this.#shown = 0;
    this.#goTo(0);
  }

  /** Where the lines end that come before the next one that a filter finds. */
  #endBefore(filter: LineFilter): number {
    const end = this.#lastNewline(this.#shown) + 1;
    if (end <= this.#from) return this.#from;
    const found = filter.find(this.#bytes, this.#from, end);
    return found < 0 ? end : Math.max(this.#from, this.#lastNewline(found) + 1);
  }

  /** The last newline before a place; -1 when there is none. */
  #lastNewline(before: number): number {
    return before > 0 ? this.#bytes.lastIndexOf(newline, before - 1) : -1;
  }

  #lineEnd(from: number): number {
    const end = this.#bytes.indexOf(newline, from);
    return end < this.#shown ? end : -1;
  }

  #goTo(from: number): void {
    this.#from = from;
    this.#searched = from;
  }

  /** Room for at least a block behind what there is. */
  #makeRoom(): void {
    const length = this.#to - this.#from;
    if (this.#bytes.length === 0 && spare.length > 0) {
      this.#bytes = spare;
      spare = noBytes;
    }
    const fits = this.#bytes.length - length >= readBytes / 2;
    const target = fits ? this.#bytes : Buffer.allocUnsafeSlow(Math.max(readBytes, 2 * length));
    if (target !== this.#bytes || this.#from > 0) {
      this.#bytes.copy(target, 0, this.#from, this.#to);
      this.#shown -= this.#from;
      this.#searched -= this.#from;
      this.#bytes = target;
      this.#from = 0;
      this.#to = length;
    }
  }
}
