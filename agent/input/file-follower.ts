import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import { defaultLateWriterMs, type FollowOptions } from './follow-options.ts';
import { FollowedName } from './followed-name.ts';
import { FollowerRecord } from './follower-record.ts';
import type { FilePosition } from './identity.ts';
import { KnownFiles } from './known-files.ts';
import { type LineSource, newCounters, type SourceCounters } from './line-source.ts';
import { OpenGenerations } from './open-generations.ts';
import type { SavedSource, SavingSource } from './saved-source.ts';
import { SourceState } from './source-state.ts';

/**
 * Makes one endless source of lines of a path, although the files under that
 * path are renamed, emptied, removed and made anew. README.md beside this file
 * lists the cases, and what is lost where loss cannot be avoided.
 *
 * It keeps every generation of the file open that still has something to
 * read, oldest first, and reads a newer one only when the older are at their
 * end. Which of them the path stands for is the knowledge of FollowedName.
 */
export class FileFollower implements LineSource, SavingSource {
  readonly name: string;
  readonly ended = false;
  readonly #options: FollowOptions;
  readonly #state: SourceState;
  readonly #counters = newCounters();
  readonly #record: FollowerRecord;
  readonly #files: OpenGenerations;
  readonly #followed: FollowedName;
  /** When something was open for the last time. */
  #busyAtMs: number;

  constructor(options: FollowOptions) {
    const known = options.known ?? new KnownFiles();
    this.name = options.path;
    this.#options = options;
    this.#busyAtMs = options.clock.monotonicMs();
    this.#state = new SourceState(options.path, options.log);
    this.#record = new FollowerRecord(options, this, known);
    this.#files = new OpenGenerations(options, { known, holder: this }, this.#record);
    const resumed = options.saved && this.#record.remember(options.saved);
    if (resumed === undefined) this.#record.moved();
    const shared = { state: this.#state, counters: this.#counters, record: this.#record };
    const parts = { options, known, follower: this, files: this.#files, ...shared };
    this.#followed = new FollowedName(parts, resumed);
  }

  get counters(): Readonly<SourceCounters> {
    this.#counters.linesCut = this.#files.linesCut;
    return this.#counters;
  }

  /**
   * The end of the last line that `next()` returned, in the file that it came
   * from; before the first line the place where reading began.
   */
  get position(): FilePosition | undefined {
    return this.#files.position;
  }

  /**
   * The ends of the last lines taken in all files that are open, oldest first.
   * All of them are needed to go on without loss while an old file is still
   * read beside the new one.
   */
  get positions(): readonly FilePosition[] {
    return this.#files.all.map((file) => file.position);
  }

  /** True when nothing is open and no line waits. */
  get isIdle(): boolean {
    return this.#files.isEmpty;
  }

  get hasLines(): boolean {
    return this.#files.hasLines;
  }

  /** Old files wait for late writers, a search is planned, or there is more to read than one poll may. */
  get isRestless(): boolean {
    return this.#files.all.length > 1 || this.#followed.isRestless;
  }

  /** Monotonic time since which it is idle; undefined while it is not. */
  get idleSinceMs(): number | undefined {
    return this.isIdle ? this.#busyAtMs : undefined;
  }

  /** True while a compressed file is being decompressed and gave nothing yet. */
  get isWaiting(): boolean {
    return this.#files.isWaiting;
  }

  get trouble(): string | undefined {
    return this.#state.trouble;
  }

  next(): ByteString | undefined {
    const line = this.#files.next();
    if (line !== undefined) this.#counters.lines += 1;
    return line;
  }

  passOver(filter: LineFilter, lastMax: number): PassedOver | undefined {
    const passed = this.#files.passOver(filter, lastMax);
    this.#counters.lines += passed?.count ?? 0;
    return passed;
  }

  poll(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const changed = this.#followed.look(nowMs);
    if (changed) this.#record.moved();
    const { bytes, isMore } = this.#files.read(nowMs, this.#followed.reading);
    this.#counters.bytes += bytes;
    const { lateWriterMs = defaultLateWriterMs } = this.#options;
    this.#files.closeQuiet(this.#followed.current, nowMs, lateWriterMs);
    if (!this.isIdle) this.#busyAtMs = nowMs;
    return changed || isMore || bytes > 0;
  }

  takeChanges(): readonly SavedSource[] {
    return this.#record.takeChanges(this.#files.all.map((file) => file.saved));
  }

  close(): void {
    this.#files.closeAll();
    this.#followed.close();
  }
}
