import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import type { FilePosition } from './identity.ts';

/**
 * Something that lines come from: a followed file, a fifo, standard input, the journal.
 *
 * The caller loops: `poll()`, then `next()` until it gives undefined. A source
 * reads no further while lines of an earlier poll wait, so that a busy caller
 * leaves the rest where it is safe: in the file or in the pipe.
 */
export interface LineSource {
  /** Name as configured or expanded: the path, or `-` for standard input (SEC's input source name). */
  readonly name: string;
  /** What has come through so far. */
  readonly counters: Readonly<SourceCounters>;
  /**
   * The next complete line without its newline, or undefined when none is
   * buffered now. It may be a slice of a block of 64 KiB that lives as long as
   * the line does: keep a copy when it is kept for long.
   */
  next(): ByteString | undefined;
  /**
   * Leaves out lines that the next call of `next()` would give, before the next one that a filter
   * finds: some of them, in one go. Undefined when the next line has to be taken as it is.
   * @param lastMax of how many, the last ones, the text is wanted
   */
  passOver?(filter: LineFilter, lastMax: number): PassedOver | undefined;
  /**
   * Looks at the outside world: reads up to a budget of bytes, notices
   * rotation, truncation and the end. Never blocks and never throws; trouble
   * is logged once when it begins. True when it found anything new.
   */
  poll(): boolean;
  /** False when it is sure that `next()` gives nothing before the next poll. */
  readonly hasLines: boolean;
  /** True when it must be polled again soon although nobody tells of a change: a time of its own runs. */
  readonly isRestless: boolean;
  /** True when what was read of it cannot be read again: at an orderly end all of it is handled. */
  readonly readsOnce?: boolean;
  /** True when no line will ever come again: standard input at its end, all its lines taken. */
  readonly ended: boolean;
  /** Of a file: the end of the last line that was taken, and in which file. */
  readonly position?: FilePosition | undefined;
  /** What is wrong with it now, in one word; undefined when it can be read. */
  readonly trouble?: string | undefined;
  /** Gives back all descriptors; lines not taken are dropped. */
  close(): void;
}

/** Counts since the source was opened. */
export interface SourceCounters {
  /** Lines that `next()` returned. */
  lines: number;
  /** Bytes read. */
  bytes: number;
  /** Times that another file took the place of the followed one. */
  rotations: number;
  /** Times that the followed file was emptied under its name. */
  truncations: number;
  /** Lines that were longer than the limit and lost their end. */
  linesCut: number;
}

/** Counters at zero. */
export function newCounters(): SourceCounters {
  return { lines: 0, bytes: 0, rotations: 0, truncations: 0, linesCut: 0 };
}

/** Bytes that one poll reads at most from one source, so that a busy one does not starve the others. */
export const pollBudgetBytes = 256 * 1024;

/** Bytes of one read. Larger blocks are slower to cut into lines, and are held longer by a kept line. */
export const readBlockBytes = 64 * 1024;

/** Bytes that a line may have; of a longer one the end is dropped and counted. */
export const defaultLineBytesMax = 1024 * 1024;
