import { closeSync, openSync, readSync } from 'node:fs';
import { findBatch, isBatchSound, readBatchHead } from './batch.ts';

/** The file is read in pieces of so many bytes; a longer batch makes the buffer grow. */
const pieceBytes = 256 * 1024;

/** What was found: a sound batch, which lies at `start` of `bytes` until the next call, or nothing more. */
export type Scan =
  | {
      readonly kind: 'batch';
      readonly bytes: Buffer;
      readonly start: number;
      readonly results: number;
      readonly firstSequence: number;
      /** Bytes before it that are no sound batch. */
      readonly skipped: number;
    }
  | { readonly kind: 'end'; readonly skipped: number };

/**
 * Reads a segment's batches one after the other. Behind bytes that are no sound batch it
 * looks for the next one, so that a damage costs only what it hit.
 */
export class BatchScanner {
  readonly #fd: number;
  #buffer = Buffer.allocUnsafe(pieceBytes);
  /** The unread bytes in the buffer. */
  #start = 0;
  #end = 0;
  /** Where in the file the first unread byte is. */
  #offset: number;

  constructor(file: string, dataStart: number) {
    this.#fd = openSync(file, 'r');
    this.#offset = dataStart;
  }

  /** Where in the file reading goes on: behind the last batch that was found. */
  get offset(): number {
    return this.#offset;
  }

  /** The next sound batch that ends at or before `limit`, an offset in the file. */
  next(limit: number): Scan {
    let skipped = 0;
    for (;;) {
      this.#fill(1, limit);
      if (this.#start === this.#end) return { kind: 'end', skipped };
      const bytes = this.#batchHere(limit);
      if (bytes > 0) {
        const start = this.#start;
        const head = readBatchHead(this.#buffer, start);
        this.#skip(bytes);
        if (head.kind === 'head')
          return { ...head, kind: 'batch', bytes: this.#buffer, start, skipped };
      }
      skipped += this.#skipToSign();
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** The length of the sound batch that begins here; 0 when there is none. */
  #batchHere(limit: number): number {
    let head = readBatchHead(this.#buffer.subarray(0, this.#end), this.#start);
    if (head.kind === 'short') {
      this.#fill(pieceBytes, limit);
      head = readBatchHead(this.#buffer.subarray(0, this.#end), this.#start);
    }
    if (head.kind !== 'head' || head.bytes > limit - this.#offset) return 0;
    this.#fill(head.bytes, limit);
    const isWhole = this.#end - this.#start >= head.bytes;
    return isWhole && isBatchSound(this.#buffer, this.#start, head.bytes) ? head.bytes : 0;
  }

  /** Goes to where the next batch may begin, or to the end of what is read; gives how far. */
  #skipToSign(): number {
    const sign = findBatch(this.#buffer.subarray(0, this.#end), this.#start + 1);
    // The last bytes may be the beginning of a sign; they stay, unless they are all there is.
    const all = this.#end - this.#start;
    const distance = sign === -1 ? Math.max(1, all - 3) : sign - this.#start;
    this.#skip(distance);
    return distance;
  }

  #skip(bytes: number): void {
    this.#start += bytes;
    this.#offset += bytes;
  }

  /** Sees to it that so many unread bytes are in the buffer, as far as the file has them. */
  #fill(wanted: number, limit: number): void {
    const have = this.#end - this.#start;
    if (have >= wanted) return;
    const size = Math.max(wanted, pieceBytes);
    // A new buffer when this one is too small; the caller of next() may still look at the old.
    const target = size > this.#buffer.length ? Buffer.allocUnsafe(size) : this.#buffer;
    this.#buffer.copy(target, 0, this.#start, this.#end);
    this.#buffer = target;
    this.#start = 0;
    this.#end = have;
    while (this.#end < wanted) {
      const at = this.#offset + this.#end;
      const most = Math.min(target.length - this.#end, limit - at);
      const read = most <= 0 ? 0 : readSync(this.#fd, target, this.#end, most, at);
      if (read === 0) return;
      this.#end += read;
    }
  }
}
