import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { KnownFiles } from './known-files.ts';
import type { UnsavedChanges } from './saved-source.ts';

/** How a file is followed. */
export interface FollowOptions {
  readonly path: string;
  /** Where to begin in a file that is there at the first poll; later ones are read from 0. */
  readonly start: 'beginning' | 'end';
  readonly log: Log;
  readonly clock: Clock;
  /** Shared by followers that must not read a file twice between them. */
  readonly known?: KnownFiles;
  /** Is told when there is something to save. */
  readonly unsaved?: UnsavedChanges;
  readonly lineBytesMax?: number | undefined;
  /** How long a file that was rotated away stays open after its last byte. */
  readonly lateWriterMs?: number | undefined;
  /** A missing file is nothing to warn about: its name came from a pattern. */
  readonly mayBeMissing?: boolean;
}

/** Writers may go on for this long in a file that was renamed away, and nothing is lost. */
export const defaultLateWriterMs = 5_000;
