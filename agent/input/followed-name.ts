import { type BigIntStats, closeSync, statSync } from 'node:fs';
import { systemCodeOf } from '../../platform/errors.ts';
import { findAfterRestart } from './after-restart.ts';
import { judgeWith, type SearchReason } from './file-judge.ts';
import type { FollowOptions, SavedFollower } from './follow-options.ts';
import type { FollowerRecord } from './follower-record.ts';
import { findUnread, type SearchResult } from './generation-search.ts';
import { identityOf } from './identity.ts';
import type { KnownFiles } from './known-files.ts';
import type { SourceCounters } from './line-source.ts';
import { OpenFile } from './open-file.ts';
import { openFirst } from './open-first.ts';
import type { GenerationReading, OpenGenerations } from './open-generations.ts';
import { linkedPath } from './rotated-names.ts';
import { SearchSchedule } from './search-schedule.ts';
import type { SourceState } from './source-state.ts';

/** Between two attempts to open a file that is there but cannot be opened. */
const retryMs = 1_000;

/** Generations of one file open at a time; further ones are opened as earlier ones are finished. */
const openFilesMax = 64;

/** What a follower shares with the name that it follows. */
export interface FollowedNameParts {
  readonly options: FollowOptions;
  /** In whose name files are held. */
  readonly follower: object;
  readonly known: KnownFiles;
  readonly state: SourceState;
  readonly counters: Pick<SourceCounters, 'rotations' | 'truncations'>;
  readonly record: FollowerRecord;
  readonly files: OpenGenerations;
}

/**
 * Knows which of the open files a followed name stands for. When that is another than before it finds what
 * passed in between; everything follows from what the name stands for now, and from the bytes before each position.
 */
export class FollowedName {
  readonly #path: string;
  readonly #options: FollowOptions;
  readonly #follower: object;
  readonly #known: KnownFiles;
  readonly #state: SourceState;
  readonly #counters: FollowedNameParts['counters'];
  readonly #record: FollowerRecord;
  readonly #files: OpenGenerations;
  /** The one of the files that the name stands for. */
  #current: OpenFile | undefined;
  #started = false;
  /** What was saved before a restart, until the first conclusive look. */
  #resumed: SavedFollower | undefined;
  /** Time of the last change of the current file that was seen. */
  #changeNs = 0n;
  /** True when the current file may have something to read. */
  #unread = true;
  readonly #schedule = new SearchSchedule();
  /** No search before this time for a file that could not be opened. */
  #retryAtMs = -Infinity;
  /** True when the last read of the current file gave an error. */
  #readFailed = false;
  /** Monotonic time of this look. */
  #nowMs = 0;

  /** What reading the files comes to. */
  readonly reading: GenerationReading = {
    isSkipped: (file) => file === this.#current && !this.#unread,
    atEnd: (file) => {
      if (file !== this.#current) return;
      this.#unread = false;
      this.#readFailed = false;
    },
    isChanged: (file) => this.#beginAgain(file),
    failed: (file, error) => {
      this.#state.failed(error);
      if (file === this.#current) this.#readFailed = true;
      else file.giveUp();
    },
  };

  /** @param resumed what was saved before a restart */
  constructor(parts: FollowedNameParts, resumed: SavedFollower | undefined) {
    this.#path = parts.options.path;
    this.#options = parts.options;
    this.#follower = parts.follower;
    this.#known = parts.known;
    this.#state = parts.state;
    this.#counters = parts.counters;
    this.#record = parts.record;
    this.#files = parts.files;
    this.#resumed = resumed;
  }

  /** The one of the files that the name stands for. */
  get current(): OpenFile | undefined {
    return this.#current;
  }

  /** A search is planned, or there is more to read than one poll may. */
  get isRestless(): boolean {
    if (this.#schedule.isPlanned || this.#retryAtMs > this.#nowMs) return true;
    return this.#current === undefined ? !this.#files.isEmpty : this.#unread;
  }

  /** Finds out what the name stands for now, and what passed. True when anything is new. */
  look(nowMs: number): boolean {
    this.#nowMs = nowMs;
    let changed = false;
    try {
      changed = this.#look();
      if (this.#schedule.takeDue(nowMs)) changed = this.#searchAgain() || changed;
    } catch (error) {
      this.#state.failed(error);
    }
    return changed;
  }

  /** All files were closed. */
  close(): void {
    this.#current = undefined;
  }

  /** Finds out which file the path names now. True when that is another than before. */
  #look(): boolean {
    if (this.#resumed !== undefined) return this.#resume(this.#resumed);
    const stat = this.#statPath();
    if (stat === undefined) return false;
    if (!this.#started) return this.#start(stat);
    const current = this.#current;
    if (current === undefined || !current.is(stat)) return this.#switchTo(stat);
    if (!this.#readFailed) this.#state.recovered();
    if (stat.size < current.offset && current.isShorterThanRead()) {
      this.#beginAgain(current);
      return true;
    }
    const hasChanged = stat.mtimeNs !== this.#changeNs;
    // Equal size does not mean unchanged: it may have been emptied and have
    // grown to where it was. Reading then compares the bytes.
    if (hasChanged || stat.size > current.offset) this.#unread = true;
    // Where nothing was read there are no bytes to compare: ask the directory.
    if (hasChanged && current.offset === 0) this.#schedule.now();
    this.#changeNs = stat.mtimeNs;
    return false;
  }

  /** What the path names, or undefined when that is no file that could be read. */
  #statPath(): BigIntStats | undefined {
    let stat: BigIntStats | undefined;
    try {
      stat = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    } catch (error) {
      // Not knowing what the name means now is no reason to leave what is open.
      this.#unread = true;
      this.#state.failed(error);
      return undefined;
    }
    if (stat?.isFile()) return stat;
    if (this.#current !== undefined) this.#leaveAndSearch();
    if (stat !== undefined) {
      this.#state.unreadable(stat.isDirectory() ? 'it is a directory' : 'it is not a regular file');
    } else if (this.#files.isEmpty) {
      const expected = this.#options.mayBeMissing ?? false;
      this.#state.missing('there is no such file; it is read when it appears', expected);
    }
    this.#passOverGenerations();
    this.#schedule.watchFolderOf(this.#path, this.#nowMs);
    return undefined;
  }

  /** Opens all that there is to read after a restart; again later while the name cannot be opened. */
  #resume(resumed: SavedFollower): boolean {
    if (this.#nowMs < this.#retryAtMs) return false;
    this.#retryAtMs = this.#nowMs + retryMs;
    const result = findAfterRestart({
      followed: this.#path,
      names: this.#record.names,
      follower: this.#follower,
      saved: resumed.positions,
      finished: resumed.finished,
      known: this.#known,
      record: this.#record,
    });
    if (result.error !== undefined && systemCodeOf(result.error) !== 'ENOENT') {
      for (const file of result.files) closeSync(file.fd);
      this.#state.failed(result.error);
      return false;
    }
    this.#retryAtMs = -Infinity;
    this.#resumed = undefined;
    this.#started = true;
    this.#files.append(
      ...result.files.map((file) => this.#files.adoptAfterRestart(file, this.#nowMs)),
    );
    this.#record.missed = result.lost;
    for (const path of result.unreadable) this.#state.compressed(path);
    const last = result.files.at(-1);
    const current = this.#files.all.at(-1);
    if (last?.path !== this.#path || !(current instanceof OpenFile)) return true;
    this.#state.resumed(last.offset, result.files.length - 1);
    return this.#makeCurrent(current, last.stat);
  }

  /** Opens the file that is there at the first look. */
  #start(atStart: BigIntStats): boolean {
    this.#passOverGenerations();
    try {
      const first = openFirst(this.#options, this.#known, this.#follower);
      if (first === 'elsewhere') this.#state.followedElsewhere();
      if (first === undefined || first === 'elsewhere') return false;
      this.#current = this.#files.adopt(first, this.#nowMs);
      this.#files.append(this.#current);
      this.#unread = true;
      this.#changeNs = first.stat.mtimeNs;
      this.#state.opened(first.offset);
      return true;
    } catch (error) {
      if (this.#options.start === 'end') {
        this.#record.unopened = { ...identityOf(atStart), size: atStart.size };
      }
      this.#state.failed(error);
      return false;
    }
  }

  #passOverGenerations(): void {
    if (this.#started) return;
    this.#started = true;
    this.#record.passOverGenerations();
  }

  /** The path names another file than the one that was followed. */
  #switchTo(stat: BigIntStats): boolean {
    const held = this.#files.find(stat);
    if (held !== undefined) {
      this.#leaveCurrent();
      return this.#makeCurrent(held, stat);
    }
    if (this.#known.isHeldByOther(identityOf(stat), this.#follower)) {
      this.#leaveCurrent();
      this.#state.followedElsewhere();
      return false;
    }
    if (this.#nowMs < this.#retryAtMs) return false;
    const followedBefore = !this.#files.isEmpty;
    const { found, error } = this.#leaveAndSearch();
    const now = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    const next = now && this.#files.find(now);
    if (now === undefined || next === undefined) {
      // A name that vanished while the search looked is not worth waiting for.
      if (error !== undefined && systemCodeOf(error) !== 'ENOENT') {
        this.#retryAtMs = this.#nowMs + retryMs;
        this.#state.failed(error);
      }
      return found.length > 0;
    }
    if (followedBefore) {
      const generations = Math.max(1, found.length);
      this.#counters.rotations += generations;
      this.#state.rotated(generations - 1);
    } else {
      this.#state.opened(next.offset);
    }
    return this.#makeCurrent(next, now);
  }

  #makeCurrent(file: OpenFile, stat: BigIntStats): true {
    for (const missed of this.#record.missed) this.#state.lost(missed.offset);
    this.#record.missed = [];
    this.#record.unopened = undefined;
    this.#current = file;
    this.#record.leadsTo(linkedPath(this.#path));
    this.#files.makeNewest(file);
    this.#unread = true;
    this.#changeNs = stat.mtimeNs;
    this.#schedule.again(this.#nowMs);
    this.#state.recovered();
    return true;
  }

  /** The path does not name the current file any more. */
  #leaveCurrent(): void {
    this.#readFailed = false;
    this.#current?.leave(this.#nowMs);
    this.#current = undefined;
  }

  /** Leaves the current file and opens, oldest first, all that is unread under its names. */
  #leaveAndSearch(): SearchResult {
    const left = this.#current;
    this.#leaveCurrent();
    // Emptied first and renamed then: its copy is known only by what was in it before.
    if (left?.isEmptied()) this.#beginAgain(left);
    const result = this.#search('renamed', this.#files.lastOpen);
    this.#files.append(...result.found.map((file) => this.#files.adopt(file, this.#nowMs)));
    this.#schedule.again(this.#nowMs);
    return result;
  }

  /**
   * A file was emptied. What was in it and is not read yet may be in a copy
   * that the rotating program made before (`copytruncate`); whole generations
   * may have passed, too.
   */
  #beginAgain(file: OpenFile): void {
    const { offset } = file;
    const { found } = this.#search('emptied', file);
    const hasCopy = this.#files.begunAgain(file, found, this.#nowMs);
    this.#unread = true;
    this.#schedule.again(this.#nowMs);
    this.#counters.truncations += 1;
    this.#state.truncated(offset, hasCopy);
  }

  /** Looks once more for generations that moved while the search after a rotation looked. */
  #searchAgain(): boolean {
    // Emptied in the meantime: its copy is known only by what was in it before.
    if (this.#current?.isEmptied()) this.#beginAgain(this.#current);
    const { found } = this.#search('again', this.#current ?? this.#files.lastOpen);
    const files = found.map((file) => this.#files.adopt(file, this.#nowMs));
    if (this.#current === undefined) this.#files.append(...files);
    else this.#files.insertBefore(this.#current, ...files);
    return files.length > 0;
  }

  #search(reason: SearchReason, reference: OpenFile | undefined): SearchResult {
    const judge = judgeWith({
      followed: this.#path,
      follower: this.#follower,
      openFiles: this.#files.plain,
      known: this.#known,
      reason,
      reference,
      record: this.#record,
    });
    const room = Math.max(0, openFilesMax - this.#files.all.length);
    const result = findUnread(this.#path, judge, room, this.#record.names);
    if (result.isIncomplete) this.#schedule.again(this.#nowMs);
    return result;
  }
}
