import type { BigIntStats } from 'node:fs';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import type { FileIdentity, FileMark, FilePosition } from './identity.ts';
import type { SavedFile } from './saved-positions.ts';

/**
 * What a read came to: `more` when the budget ended it, `waiting` when more is
 * on its way, `end` at the end of the file, `changed` when the bytes before
 * the position are not those that were read: the file was emptied and has
 * grown again.
 */
export type ReadOutcome = 'more' | 'waiting' | 'end' | 'changed';

/** What of a stat answer tells which file it is, and how old. */
export type FileStat = Pick<BigIntStats, 'dev' | 'ino' | 'birthtimeNs' | 'mtimeNs'>;

/** One of the files that a followed path stood for, as long as lines of it are to come. */
export interface Generation {
  readonly identity: FileIdentity;
  /** False after `finish()`. */
  readonly isOpen: boolean;
  /** The end of the last line taken. */
  readonly position: FilePosition;
  /** The same, with what is needed to know the place again. */
  readonly saved: SavedFile;
  /** True when lines of an earlier read wait to be taken. */
  readonly hasBlocks: boolean;
  /** True when it is closed and all its lines are taken. */
  readonly isDone: boolean;
  /** Lines that lost their end. */
  readonly linesCut: number;
  /** True when the last read got to the end. */
  readonly atEnd: boolean;
  /** Monotonic time at which the last byte came; long ago when no writer is waited for. */
  readonly lastByteMs: number;
  next(): ByteString | undefined;
  /** As LineSource.passOver. */
  passOver(filter: LineFilter, lastMax: number): PassedOver | undefined;
  /** True when the stat call was answered about this file. */
  is(stat: FileStat): boolean;
  /** Reads about `budget` bytes into lines. Throws what the system throws. */
  read(budget: number, nowMs: number): { readonly outcome: ReadOutcome; readonly bytes: number };
  /** It cannot be read: nothing more is expected of it unless a later read succeeds. */
  giveUp(): void;
  /** Closes it; an unfinished last line becomes a line. Returns how far it was read; undefined if it was closed. */
  finish(): FileMark | undefined;
}
