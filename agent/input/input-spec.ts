import type { JournalQuery } from './journal/journal-query.ts';

/** One configured input. */
export interface InputSpec {
  /** What the configuration calls it: `auth` of `[input.auth]`. */
  readonly name: string;
  /** A path, a glob, or `-` for standard input. The path may name a fifo. Of a journal just a name. */
  readonly path: string;
  /** What is asked of the systemd journal; then no file is read. */
  readonly journal?: JournalQuery | undefined;
  /** Whether files that are there at the start are read from their beginning, or from their end. */
  readonly fromStart: boolean;
  /** The internal context of its lines; of no concern to reading. */
  readonly context?: string | undefined;
  /** Longer lines are cut; see `defaultLineBytesMax`. */
  readonly lineBytesMax?: number;
  /** See `defaultLateWriterMs`. */
  readonly lateWriterMs?: number;
  /** A rule has added it: its path is no pattern. */
  readonly added?: true;
  /** Look at its files four times a second and rely on no folder to tell. */
  readonly pollOnly?: boolean;
}
