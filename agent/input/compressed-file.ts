import { type BigIntStats, closeSync, readSync } from 'node:fs';
import { constants, createGunzip, type Gunzip, gunzipSync } from 'node:zlib';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import type { Generation, ReadOutcome } from './generation.ts';
import {
  type FileIdentity,
  type FileMark,
  type FilePosition,
  type Fingerprint,
  fingerprintOf,
  headBytesMax,
  identityOf,
  sameFingerprint,
  tailBytesMax,
} from './identity.ts';
import { LineBuffer } from './line-buffer.ts';
import { readBytes } from './read-bytes.ts';
import type { SavedFile } from './saved-positions.ts';

/** Bytes that are decompressed at once. */
const chunkBytes = 64 * 1024;

/** Compressed bytes that are looked at for the first bytes of the text: far more than these can take. */
const compressedHeadBytes = 4 * 1024;

/** What is known of a gzipped file without decompressing all of it. */
export interface CompressedSummary {
  /** Its first bytes, `headBytesMax` of them or fewer. */
  readonly head: Buffer;
  /** Length of its text modulo 2^32, when it was made in one piece. */
  readonly textBytesLow: number;
}

/** Summary of a gzipped file, or undefined when it is none. Throws what the system throws. */
export function summaryOf(fd: number, stat: BigIntStats): CompressedSummary | undefined {
  const size = Number(stat.size);
  const begin = Buffer.alloc(Math.min(size, compressedHeadBytes));
  const end = Buffer.alloc(4);
  readBytes(fd, begin, { least: begin.length, most: begin.length }, 0);
  readBytes(fd, end, { least: 4, most: 4 }, Math.max(0, size - 4));
  try {
    // A flush instead of an end: the file goes on after what was read.
    const text = gunzipSync(begin, { finishFlush: constants.Z_SYNC_FLUSH });
    return { head: text.subarray(0, headBytesMax), textBytesLow: end.readUInt32LE(0) };
  } catch {
    return undefined;
  }
}

/** True when the text of a gzipped file begins as the fingerprint says, which must know some bytes. */
export function beginsWith(
  summary: CompressedSummary,
  { headBytes, headHash }: Fingerprint,
): boolean {
  const head = summary.head.subarray(0, headBytes);
  if (headBytes === 0 || head.length < headBytes) return false;
  return fingerprintOf(head, Buffer.alloc(0)).headHash === headHash;
}

/**
 * A generation that was compressed with gzip before it was read to its end:
 * decompressed as it is read, a little ahead of the reader. Its positions are
 * those in its text.
 */
export class CompressedFile implements Generation {
  readonly identity: FileIdentity;
  /** No writer is waited for. */
  readonly lastByteMs = -Infinity;
  readonly #stat: BigIntStats;
  readonly #onData: () => void;
  #fd: number | undefined;
  #gunzip: Gunzip;
  /** Compressed bytes that were given to it. */
  #fedBytes = 0;
  /** True while it works on them, and after the last. */
  #isFed = false;
  #error: unknown;
  #ended = false;
  /** Bytes of the text that are passed over, and what they must look like. */
  #skipTo: number;
  readonly #expected: Fingerprint | undefined;
  #offset = 0;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);
  #lines: LineBuffer;
  readonly #lineBytesMax: number | undefined;
  atEnd = false;

  /**
   * Takes over the descriptor. `offset` bytes of the text are passed over; if
   * they do not look as `expected`, the text is read from its beginning.
   * `onData` is called when a read that had to wait can go on.
   */
  constructor(
    fd: number,
    stat: BigIntStats,
    place: {
      readonly offset: number;
      readonly expected?: Fingerprint | undefined;
      readonly lineBytesMax?: number | undefined;
    },
    onData: () => void,
  ) {
    this.identity = identityOf(stat);
    this.#stat = stat;
    this.#fd = fd;
    this.#skipTo = place.offset;
    this.#expected = place.expected;
    this.#lineBytesMax = place.lineBytesMax;
    this.#lines = new LineBuffer(place.offset, place.lineBytesMax);
    this.#onData = onData;
    this.#gunzip = this.#decompress();
  }

  get isOpen(): boolean {
    return this.#fd !== undefined;
  }

  get position(): FilePosition {
    return { ...this.identity, offset: this.#lines.takenEnd };
  }

  get saved(): SavedFile {
    const offset = this.#lines.takenEnd;
    const isSkipping = this.#offset < this.#skipTo;
    const fingerprint =
      isSkipping && this.#expected !== undefined
        ? this.#expected
        : fingerprintOf(
            this.#head.subarray(0, offset),
            Buffer.from(this.#lines.takenTail, 'latin1'),
          );
    return { ...this.#markAt(offset, fingerprint), writtenNs: this.#stat.mtimeNs };
  }

  get hasBlocks(): boolean {
    return !this.#lines.drained;
  }

  get isDone(): boolean {
    return this.#fd === undefined && this.#lines.empty;
  }

  /** True when more is on its way. */
  get isWaiting(): boolean {
    return this.#fd !== undefined && !this.atEnd;
  }

  get linesCut(): number {
    return this.#lines.linesCut;
  }

  next(): ByteString | undefined {
    return this.#lines.next();
  }

  passOver(filter: LineFilter, lastMax: number): PassedOver | undefined {
    return this.#lines.passOver(filter, lastMax);
  }

  is(stat: { readonly dev: bigint; readonly ino: bigint }): boolean {
    const { device, inode } = this.identity;
    return this.#fd !== undefined && stat.ino === inode && stat.dev === device;
  }

  read(budget: number): { outcome: ReadOutcome; bytes: number } {
    let bytes = 0;
    while (bytes < budget && !this.atEnd) {
      const chunk: Buffer | null = this.#gunzip.read();
      if (chunk !== null) {
        this.#take(chunk);
        bytes += chunk.length;
      } else if (this.#error !== undefined) {
        throw this.#error;
      } else if (this.#ended) {
        this.#endReached();
      } else {
        this.#feed();
        return { outcome: 'waiting', bytes };
      }
    }
    return { outcome: this.atEnd ? 'end' : 'more', bytes };
  }

  giveUp(): void {
    this.atEnd = true;
  }

  finish(): FileMark | undefined {
    if (this.#fd === undefined) return undefined;
    this.#gunzip.destroy();
    closeSync(this.#fd);
    this.#fd = undefined;
    this.#lines.finish();
    return this.#markAt(this.#offset, fingerprintOf(this.#head, this.#tail));
  }

  #decompress(): Gunzip {
    const gunzip = createGunzip({ chunkSize: chunkBytes });
    gunzip.on('readable', this.#onData);
    gunzip.on('error', (error) => {
      if (gunzip !== this.#gunzip) return;
      this.#error = error;
      this.#onData();
    });
    gunzip.on('end', () => {
      if (gunzip !== this.#gunzip) return;
      this.#ended = true;
      this.#onData();
    });
    return gunzip;
  }

  /** Gives the next compressed bytes to be decompressed, unless there are some. Throws what the system throws. */
  #feed(): void {
    if (this.#isFed || this.#fd === undefined) return;
    const bytes = Buffer.allocUnsafe(chunkBytes);
    const length = readSync(this.#fd, bytes, 0, chunkBytes, this.#fedBytes);
    this.#fedBytes += length;
    this.#isFed = true;
    if (length === 0) {
      this.#gunzip.end();
      return;
    }
    const gunzip = this.#gunzip;
    gunzip.write(bytes.subarray(0, length), () => {
      if (gunzip === this.#gunzip) this.#isFed = false;
    });
  }

  #take(chunk: Buffer): void {
    if (this.#head.length < headBytesMax) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, headBytesMax - this.#head.length)]);
    }
    const skipped = Math.min(chunk.length, Math.max(0, this.#skipTo - this.#offset));
    if (skipped > 0 && !this.#pass(chunk.subarray(0, skipped))) return;
    this.#lines.push(chunk, skipped, chunk.length);
    this.#advance(chunk.subarray(skipped));
  }

  /** Passes bytes before the position over. False when they are not those that were expected. */
  #pass(bytes: Buffer): boolean {
    this.#advance(bytes);
    if (this.#offset < this.#skipTo) return true;
    const found = fingerprintOf(this.#head.subarray(0, this.#offset), this.#tail);
    if (this.#expected !== undefined && !sameFingerprint(found, this.#expected)) {
      this.#beginAgain();
      return false;
    }
    this.#lines = new LineBuffer(this.#offset, this.#lineBytesMax, this.#tail.toString('latin1'));
    return true;
  }

  #advance(bytes: Buffer): void {
    this.#offset += bytes.length;
    this.#tail =
      bytes.length >= tailBytesMax
        ? Buffer.from(bytes.subarray(-tailBytesMax))
        : Buffer.concat([this.#tail, bytes]).subarray(-tailBytesMax);
  }

  /** It is another text than was expected: all of it is read. */
  #beginAgain(): void {
    const before = this.#gunzip;
    this.#skipTo = 0;
    this.#offset = 0;
    this.#head = Buffer.alloc(0);
    this.#tail = Buffer.alloc(0);
    this.#lines = new LineBuffer(0, this.#lineBytesMax);
    this.#ended = false;
    this.#fedBytes = 0;
    this.#isFed = false;
    this.#gunzip = this.#decompress();
    before.destroy();
  }

  #endReached(): void {
    if (this.#offset < this.#skipTo) this.#beginAgain();
    else this.atEnd = true;
  }

  #markAt(offset: number, fingerprint: Fingerprint): FileMark {
    return { ...this.identity, offset, birthNs: this.#stat.birthtimeNs, fingerprint };
  }
}
