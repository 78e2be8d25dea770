import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { FileMark } from './identity.ts';
import type { KnownFiles } from './known-files.ts';
import type { SavedPositions } from './saved-positions.ts';
import type { UnsavedChanges } from './saved-source.ts';

/** What was saved of a file that was followed before. */
export interface SavedFollower {
  readonly positions: SavedPositions;
  /** Generations that were read to their end or passed over. */
  readonly finished: readonly FileMark[];
}

/** How a file is followed. */
export interface FollowOptions {
  readonly path: string;
  /**
   * Where to begin in a file that is there at the first poll, unless `saved`
   * tells. `unread`: where any follower got to in it, else at its beginning,
   * as in all files that come later. A number is an offset in bytes.
   */
  readonly start: 'beginning' | 'end' | 'unread' | number;
  readonly log: Log;
  readonly clock: Clock;
  /** Shared by followers that must not read a file twice between them. */
  readonly known?: KnownFiles;
  /** Where to go on after a restart. */
  readonly saved?: SavedFollower | undefined;
  /** Is called when lines are ready although no file has changed. */
  readonly onData?: (() => void) | undefined;
  /** Is told when there is something to save. */
  readonly unsaved?: UnsavedChanges;
  readonly lineBytesMax?: number | undefined;
  /** How long a file that was rotated away stays open after its last byte. */
  readonly lateWriterMs?: number | undefined;
  /** A missing file is nothing to warn about: its name came from a pattern. */
  readonly mayBeMissing?: boolean;
  /** The configured input that it is followed for, which is saved with it. */
  readonly input?: string;
}

/** Writers may go on for this long in a file that was renamed away, and nothing is lost. */
export const defaultLateWriterMs = 5_000;
