import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import type { FileStat, Generation, ReadOutcome } from './generation.ts';
import {
  type FileIdentity,
  type FileMark,
  type FilePosition,
  fingerprintOf,
  hasTail,
  headBefore,
  headBytesMax,
  identityOf,
  isCopy,
  tailBefore,
  tailBytesMax,
} from './identity.ts';
import { LineBuffer } from './line-buffer.ts';
import { readBlockBytes } from './line-source.ts';
import { readBytes } from './read-bytes.ts';
import type { SavedFile } from './saved-positions.ts';

const noBytes = Buffer.alloc(0);

/** All reading is synchronous, so that one block serves all files of a thread. */
const block = Buffer.allocUnsafeSlow(tailBytesMax + readBlockBytes);

/**
 * One file that was opened, whatever it is called by now, with how far it was
 * read and the lines that came out of it. A follower has one of these for
 * each generation of its file that still has or may get something to read.
 */
export class OpenFile implements Generation {
  readonly identity: FileIdentity;
  readonly #stat: FileStat;
  readonly #lineBytesMax: number | undefined;
  readonly #target: string | undefined;
  #fd: number | undefined;
  #offset: number;
  #lines: LineBuffer;
  /** The first bytes, as many as a fingerprint looks at, or as were read. */
  #head: Buffer;
  /** The last bytes before `#offset`. Each read fetches and compares them again. */
  #tail: Buffer;
  /** After a truncation: the file may begin with the hole that a writer without O_APPEND leaves. */
  #mayBeginWithHole = false;
  /** True when the last read got to the end. */
  atEnd = false;
  /** Monotonic time at which the last byte came, or the file was opened. */
  lastByteMs: number;

  constructor(
    fd: number | undefined,
    stat: FileStat,
    place: {
      readonly offset: number;
      readonly restarted?: OpenFile;
      readonly lineBytesMax?: number | undefined;
      /** Where a symbolic link led to it. */
      readonly target?: string | undefined;
    },
    nowMs: number,
  ) {
    this.identity = identityOf(stat);
    this.#stat = stat;
    this.#fd = fd;
    this.#lineBytesMax = place.lineBytesMax;
    this.#target = place.target;
    this.#offset = place.offset;
    const { restarted } = place;
    this.#tail = fd === undefined ? noBytes : tailBefore(fd, place.offset);
    if (restarted !== undefined) {
      this.#head = restarted.#head;
      this.#lines = restarted.#lines;
    } else {
      this.#head = fd === undefined ? noBytes : headBefore(fd, place.offset);
      const before = this.#tail.toString('latin1');
      this.#lines = new LineBuffer(place.offset, place.lineBytesMax, before);
    }
    this.lastByteMs = nowMs;
  }

  /** False after `finish()`. */
  get isOpen(): boolean {
    return this.#fd !== undefined;
  }

  /** The offset up to which bytes were read. */
  get offset(): number {
    return this.#offset;
  }

  /** The end of the last line taken. */
  get position(): FilePosition {
    return { ...this.identity, offset: this.#lines.takenEnd };
  }

  /** The end of the last line taken, with what is needed to know the place again. */
  get saved(): SavedFile {
    const offset = this.#lines.takenEnd;
    const tail = Buffer.from(this.#lines.takenTail, 'latin1');
    const { mtimeNs } = this.#statNow() ?? this.#stat;
    return { ...this.#markAt(offset, tail), writtenNs: mtimeNs, target: this.#target };
  }

  /** True when lines of an earlier read wait to be taken. */
  get hasBlocks(): boolean {
    return !this.#lines.drained;
  }

  /** True when it is closed and all its lines are taken. */
  get isDone(): boolean {
    return this.#fd === undefined && this.#lines.empty;
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

  /** True when the stat call was answered about this file. Once closed, its number may be another's. */
  is(stat: FileStat): boolean {
    if (this.#fd === undefined) return false;
    return stat.ino === this.identity.inode && stat.dev === this.identity.device;
  }

  /** True when another open file has the bytes that were read last at the same place. */
  isContinuedBy(fd: number): boolean {
    return hasTail(fd, this.#offset, this.#tail);
  }

  /** True when another open file is a copy of this one, finished or not. */
  isCopiedBy(fd: number, stat: BigIntStats): boolean {
    const own = this.#statNow();
    if (this.#fd === undefined || own === undefined) return false;
    return isCopy(fd, Number(stat.size), this.#fd, Number(own.size));
  }

  /** True when it ends before the offset; asks the descriptor, should the name's answer be stale. */
  isShorterThanRead(): boolean {
    const own = this.#statNow();
    return own !== undefined && own.size < this.#offset;
  }

  /** True when the bytes before the offset are gone or are others; false when that cannot be told. */
  isEmptied(): boolean {
    try {
      return this.#fd !== undefined && !tailBefore(this.#fd, this.#offset).equals(this.#tail);
    } catch {
      // The next read meets the same trouble, and tells it.
      return false;
    }
  }

  /**
   * Reads about `budget` bytes into lines. Throws what the system throws.
   *
   * Each read begins somewhat before the position, so that one call both
   * checks that the file still is what was read, and fetches what is new.
   */
  read(budget: number, nowMs: number): { outcome: ReadOutcome; bytes: number } {
    let bytes = 0;
    while (this.#fd !== undefined && bytes < budget) {
      const overlap = this.#tail.length;
      const wanted = { least: overlap, most: overlap + readBlockBytes };
      const length = readBytes(this.#fd, block, wanted, this.#offset - overlap);
      if (length < overlap || block.compare(this.#tail, 0, overlap, 0, overlap) !== 0) {
        return { outcome: 'changed', bytes };
      }
      if (length > overlap) {
        this.#take(overlap, length);
        this.lastByteMs = nowMs;
        bytes += length - overlap;
      }
      this.atEnd = length < overlap + readBlockBytes;
      if (this.atEnd) break;
    }
    return { outcome: this.atEnd ? 'end' : 'more', bytes };
  }

  /** Takes the bytes of the block from `start` to before `end` as read. */
  #take(start: number, end: number): void {
    let from = start;
    if (this.#mayBeginWithHole) {
      while (from < end && block[from] === 0) from++;
      this.#lines.skipNuls(from - start);
      this.#mayBeginWithHole = from === end;
    }
    if (from < end) this.#lines.push(block, from, end);
    if (this.#head.length < headBytesMax) {
      const more = block.subarray(start, Math.min(end, start + headBytesMax - this.#head.length));
      this.#head = Buffer.concat([this.#head, more]);
    }
    this.#offset += end - start;
    this.#tail = Buffer.from(block.subarray(Math.max(0, end - tailBytesMax), end));
  }

  /**
   * The file was emptied: begins again at 0. Returns what must be read before
   * it: the lines that came so far, going on in `copy` when what was not read
   * yet is found there, else ended.
   */
  restart(copy: { fd: number; stat: FileStat } | undefined, nowMs: number): OpenFile {
    if (copy === undefined) this.#lines.finish();
    const place = { offset: this.#offset, restarted: this };
    const before = new OpenFile(copy?.fd, copy?.stat ?? this.#stat, place, nowMs);
    this.#lines = new LineBuffer(0, this.#lineBytesMax);
    this.#offset = 0;
    this.#head = noBytes;
    this.#tail = noBytes;
    this.#mayBeginWithHole = true;
    this.atEnd = false;
    return before;
  }

  /** It was emptied and is to be read from its beginning, where the hole of a writer without O_APPEND may be. */
  expectHole(): void {
    this.#mayBeginWithHole = true;
  }

  /** The path names it no more: from now on it is only waited for late writers. */
  leave(nowMs: number): void {
    this.lastByteMs = nowMs;
    this.atEnd = false;
  }

  /** It cannot be read: nothing more is expected of it unless a later read succeeds. */
  giveUp(): void {
    this.atEnd = true;
  }

  /** Closes the descriptor; an unfinished last line becomes a line. Returns how far it was read. */
  finish(): FileMark | undefined {
    if (this.#fd === undefined) return undefined;
    const fd = this.#fd;
    this.#fd = undefined;
    this.#lines.finish();
    closeSync(fd);
    return this.#markAt(this.#offset, this.#tail);
  }

  /**
   * What the descriptor is about now. Undefined when it is closed, or when the system does not know any
   * more: on a network file system a file that was removed elsewhere is forgotten (ESTALE).
   */
  #statNow(): BigIntStats | undefined {
    try {
      return this.#fd === undefined ? undefined : fstatSync(this.#fd, { bigint: true });
    } catch {
      return undefined;
    }
  }

  /** From bytes that were read, not from the file, which may have been emptied since. */
  #markAt(offset: number, tail: Buffer): FileMark {
    const fingerprint = fingerprintOf(this.#head.subarray(0, offset), tail);
    return { ...this.identity, offset, birthNs: this.#stat.birthtimeNs, fingerprint };
  }
}

/** Opens a file for reading, without waiting should it be a fifo by now. Throws what the system throws. */
export function openWithStat(path: string): { fd: number; stat: BigIntStats } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    return { fd, stat: fstatSync(fd, { bigint: true }) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
