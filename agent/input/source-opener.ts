import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { isFifo } from '../../platform/path-kind.ts';
import { FifoSource } from './fifo-source.ts';
import { FileFollower } from './file-follower.ts';
import type { FollowOptions } from './follow-options.ts';
import { isGlob } from './glob-paths.ts';
import type { InputSpec } from './input-spec.ts';
import { JournalSource } from './journal/journal-source.ts';
import type { KnownFiles } from './known-files.ts';
import type { LineSource } from './line-source.ts';
import type { SavedInputs } from './saved-inputs.ts';
import type { UnsavedChanges } from './saved-source.ts';
import { StdinSource, stdinName } from './stdin-source.ts';

/** What all inputs need. */
export interface InputEnvironment {
  readonly log: Log;
  readonly clock: Clock;
  /**
   * Is called when there may be something new: then a poll should follow soon.
   * With it folders are watched, and a poll looks at few sources; without it
   * each poll looks at all of them.
   */
  readonly onHint?: (() => void) | undefined;
}

export interface SourceOpenerParts extends InputEnvironment {
  readonly known: KnownFiles;
  readonly saved: SavedInputs;
  readonly unsaved: UnsavedChanges;
}

/** Makes sources of configured inputs. */
export class SourceOpener {
  readonly #parts: SourceOpenerParts;

  constructor(parts: SourceOpenerParts) {
    this.#parts = parts;
  }

  /**
   * Opens what a path stands for now; what cannot be read yet is waited for.
   *
   * @param path that of the spec, or one that it matches
   * @param atStart whether it was there when the agent started
   * @param begin where to begin whatever is known of it
   */
  open(
    path: string,
    spec: InputSpec,
    atStart: boolean,
    begin?: FollowOptions['start'],
  ): LineSource {
    const { log, clock, saved, unsaved, known, onHint } = this.#parts;
    const { lineBytesMax, lateWriterMs, journal, fromStart } = spec;
    const common = { log, clock, unsaved, onData: onHint, lineBytesMax };
    if (journal !== undefined) {
      const position = saved.ofJournal(path);
      return new JournalSource({
        ...common,
        name: path,
        query: journal,
        fromStart,
        saved: position,
      });
    }
    if (path === stdinName) return new StdinSource({ log, lineBytesMax });
    if (isFifo(path)) return new FifoSource({ path, log, lineBytesMax });
    return new FileFollower({
      ...common,
      path,
      start: begin ?? this.#startOf(spec, atStart),
      saved: atStart ? saved.of(path) : undefined,
      input: spec.path,
      known,
      lateWriterMs,
      mayBeMissing: spec.added !== true && isGlob(spec.path),
    });
  }

  /** What is there at the very first start is old; all else is unread unless it is known. */
  #startOf(spec: InputSpec, atStart: boolean): 'beginning' | 'end' | 'unread' {
    if (!atStart || this.#parts.saved.ranBefore(spec.path)) return 'unread';
    return spec.fromStart ? 'beginning' : 'end';
  }
}
