import { type BigIntStats, closeSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCodeOf } from '../../platform/errors.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import { type FileAfterRestart, findAfterRestart } from './after-restart.ts';
import { CompressedFile } from './compressed-file.ts';
import { judgeWith, type SearchReason } from './file-judge.ts';
import { FinishedFiles } from './finished-files.ts';
import { defaultLateWriterMs, type FollowOptions, type SavedFollower } from './follow-options.ts';
import type { Generation } from './generation.ts';
import { type FoundFile, findUnread, type SearchResult } from './generation-search.ts';
import { type FileMark, type FilePosition, identityOf, markAtEnd } from './identity.ts';
import { KnownFiles } from './known-files.ts';
import {
  type LineSource,
  newCounters,
  pollBudgetBytes,
  type SourceCounters,
} from './line-source.ts';
import { OpenFile, openWithStat } from './open-file.ts';
import { rotatedPaths } from './rotated-names.ts';
import { marksName, positionsName } from './saved-inputs.ts';
import {
  encodeMarks,
  encodePositions,
  type SavedFile,
  type UnopenedFile,
} from './saved-positions.ts';
import type { SavedSource, SavingSource } from './saved-source.ts';
import { SearchSchedule } from './search-schedule.ts';
import { SourceState } from './source-state.ts';

/** Between two attempts to open a file that is there but cannot be opened. */
const retryMs = 1_000;

/** Generations of one file open at a time; further ones are opened as earlier ones are finished. */
const openFilesMax = 64;

/**
 * Makes one endless source of lines of a path, although the files under that
 * path are renamed, emptied, removed and made anew. README.md beside this file
 * lists the cases, and what is lost where loss cannot be avoided.
 *
 * It keeps every generation of the file open that still has something to
 * read, oldest first, and reads a newer one only when the older are at their
 * end. Each poll asks once which file the path names; everything else follows
 * from that answer and from the bytes before each position.
 */
export class FileFollower implements LineSource, SavingSource {
  readonly name: string;
  readonly ended = false;
  readonly #options: FollowOptions;
  readonly #known: KnownFiles;
  readonly #state: SourceState;
  readonly #counters = newCounters();
  /** Oldest first. */
  #files: Generation[] = [];
  /** The one of `#files` that the path names. */
  #current: OpenFile | undefined;
  /** The file that the last line came from. */
  #lastTaken: Generation | undefined;
  #started = false;
  /** What was saved before a restart, until the first conclusive look. */
  #resumed: SavedFollower | undefined;
  /** Files that were read before a restart and are not found again, while the path is missing. */
  #missed: readonly SavedFile[] = [];
  /** Time of the last change of the current file that was seen. */
  #changeNs = 0n;
  /** True when the current file may have something to read. */
  #unread = true;
  readonly #schedule = new SearchSchedule();
  /** No search before this time for a file that could not be opened. */
  #retryAtMs = -Infinity;
  /** The file that was there at the start, if it could not be opened and is to be read from its end. */
  #unopened: UnopenedFile | undefined;
  /** True when the last read of the current file gave an error. */
  #readFailed = false;
  /** When something was open for the last time. */
  #busyAtMs = 0;
  /** Monotonic time of this poll. */
  #nowMs = 0;
  /** Lines cut in files that are closed. */
  #linesCut = 0;
  readonly #finished = new FinishedFiles();
  /** The newest last change of files that are closed. */
  #finishedNs = 0n;
  /** True when lines were taken, or files opened or closed, since positions were last saved. */
  #hasMoved = false;
  /** True when files were finished or passed over since they were last saved. */
  #hasFinished = false;

  constructor(options: FollowOptions) {
    this.name = options.path;
    this.#options = options;
    this.#nowMs = this.#busyAtMs = options.clock.monotonicMs();
    this.#known = options.known ?? new KnownFiles();
    this.#state = new SourceState(options.path, options.log);
    if (options.saved === undefined) this.#move();
    else this.#remember(options.saved);
  }

  /** Takes over what was saved, with the number that the device has now. */
  #remember({ positions, finished }: SavedFollower): void {
    const device = deviceOf(dirname(this.name));
    const here = <Mark extends FileMark>(mark: Mark): Mark =>
      mark.device === positions.folderDevice ? { ...mark, device } : mark;
    const files = positions.files.map(here);
    this.#resumed = { positions: { ...positions, files }, finished: finished.map(here) };
    this.#finishedNs = positions.finishedNs;
    this.#unopened = positions.unopened;
    this.#missed = files;
    for (const mark of this.#resumed.finished) this.#finished.add(mark);
    for (const mark of [...this.#finished.marks, ...files]) this.#known.remember(mark);
  }

  get counters(): Readonly<SourceCounters> {
    const open = this.#files.reduce((sum, file) => sum + file.linesCut, 0);
    this.#counters.linesCut = this.#linesCut + open;
    return this.#counters;
  }

  /**
   * The end of the last line that `next()` returned, in the file that it came
   * from; before the first line the place where reading began.
   */
  get position(): FilePosition | undefined {
    return (this.#lastTaken ?? this.#files[0])?.position;
  }

  /**
   * The ends of the last lines taken in all files that are open, oldest first.
   * All of them are needed to go on without loss while an old file is still
   * read beside the new one.
   */
  get positions(): readonly FilePosition[] {
    return this.#files.map((file) => file.position);
  }

  /** True when nothing is open and no line waits. */
  get isIdle(): boolean {
    return this.#files.length === 0;
  }

  get hasLines(): boolean {
    return this.#files.some((file) => file.hasBlocks || !file.isOpen);
  }

  /** Old files wait for late writers, a search is planned, or there is more to read than one poll may. */
  get isRestless(): boolean {
    if (this.#files.length > 1 || this.#schedule.isPlanned) return true;
    if (this.#retryAtMs > this.#nowMs) return true;
    return this.#current === undefined ? this.#files.length > 0 : this.#unread;
  }

  /** Monotonic time since which it is idle; undefined while it is not. */
  get idleSinceMs(): number | undefined {
    return this.isIdle ? this.#busyAtMs : undefined;
  }

  /** True while a compressed file is being decompressed and gave nothing yet. */
  get isWaiting(): boolean {
    return this.#files.some((file) => file instanceof CompressedFile && file.isWaiting);
  }

  get trouble(): string | undefined {
    return this.#state.trouble;
  }

  next(): ByteString | undefined {
    for (const file of this.#files) {
      const line = file.next();
      if (line === undefined) continue;
      this.#lastTaken = file;
      this.#counters.lines += 1;
      if (!this.#hasMoved) this.#move();
      return line;
    }
    return undefined;
  }

  passOver(filter: LineFilter, lastMax: number): PassedOver | undefined {
    const [file, ...others] = this.#files;
    // Lines of an old file come before those of the next one.
    const passed = others.length === 0 ? file?.passOver(filter, lastMax) : undefined;
    if (passed === undefined) return undefined;
    this.#lastTaken = file;
    this.#counters.lines += passed.count;
    if (!this.#hasMoved) this.#move();
    return passed;
  }

  poll(): boolean {
    this.#nowMs = this.#options.clock.monotonicMs();
    let changed = false;
    try {
      changed = this.#look();
      if (this.#schedule.takeDue(this.#nowMs)) changed = this.#searchAgain() || changed;
    } catch (error) {
      this.#state.failed(error);
    }
    if (changed) this.#move();
    const read = this.#readFiles();
    this.#closeQuietFiles();
    if (!this.isIdle) this.#busyAtMs = this.#nowMs;
    return changed || read;
  }

  takeChanges(): readonly SavedSource[] {
    const changes: SavedSource[] = [];
    if (this.#hasMoved) changes.push({ name: positionsName(this.name), state: this.#encode() });
    if (this.#hasFinished) {
      changes.push({ name: marksName(this.name), state: encodeMarks(this.#finished.marks) });
    }
    this.#hasMoved = false;
    this.#hasFinished = false;
    return changes;
  }

  #encode(): string {
    return encodePositions({
      input: this.#options.input ?? this.name,
      files: [...this.#missed, ...this.#files.map((file) => file.saved)],
      folderDevice: deviceOf(dirname(this.name)),
      finishedNs: this.#finishedNs,
      unopened: this.#unopened,
    });
  }

  /** There is something new to save. */
  #move(): void {
    this.#hasMoved = true;
    this.#options.unsaved?.add(this);
  }

  close(): void {
    for (const file of this.#files) this.#finish(file);
    this.#files = [];
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
      stat = statSync(this.name, { bigint: true, throwIfNoEntry: false });
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
    } else if (this.#files.length === 0) {
      const expected = this.#options.mayBeMissing ?? false;
      this.#state.missing('there is no such file; it is read when it appears', expected);
    }
    this.#passOverGenerations();
    this.#schedule.watchFolderOf(this.name, this.#nowMs);
    return undefined;
  }

  /** Opens all that there is to read after a restart; again later while the name cannot be opened. */
  #resume(resumed: SavedFollower): boolean {
    if (this.#nowMs < this.#retryAtMs) return false;
    this.#retryAtMs = this.#nowMs + retryMs;
    const result = findAfterRestart({
      followed: this.name,
      follower: this,
      saved: resumed.positions,
      finished: resumed.finished,
      known: this.#known,
      passOver: (fd, stat) => this.#passOver(fd, stat),
      offsetOfNew: (stat) => this.#offsetAtStart(stat),
    });
    if (result.error !== undefined && systemCodeOf(result.error) !== 'ENOENT') {
      for (const file of result.files) closeSync(file.fd);
      this.#state.failed(result.error);
      return false;
    }
    this.#retryAtMs = -Infinity;
    this.#resumed = undefined;
    this.#started = true;
    this.#files = result.files.map((file) => this.#adoptAfterRestart(file));
    this.#missed = result.lost;
    for (const path of result.unreadable) this.#state.compressed(path);
    const last = result.files.at(-1);
    const current = this.#files.at(-1);
    if (last?.path !== this.name || !(current instanceof OpenFile)) return true;
    this.#state.resumed(last.offset, result.files.length - 1);
    return this.#makeCurrent(current, last.stat);
  }

  /** Opens the file that is there at the first look. */
  #start(atStart: BigIntStats): boolean {
    this.#passOverGenerations();
    try {
      const { fd, stat } = openWithStat(this.name);
      const isElsewhere = this.#known.isHeldByOther(identityOf(stat), this);
      if (!stat.isFile() || isElsewhere) {
        closeSync(fd);
        if (isElsewhere) this.#state.followedElsewhere();
        return false;
      }
      const offset = this.#offsetOfFirst(fd, stat);
      this.#current = this.#adopt({ path: this.name, fd, stat, offset });
      this.#files = [this.#current];
      this.#unread = true;
      this.#changeNs = stat.mtimeNs;
      this.#state.opened(offset);
      return true;
    } catch (error) {
      if (this.#options.start === 'end')
        this.#unopened = { ...identityOf(atStart), size: atStart.size };
      this.#state.failed(error);
      return false;
    }
  }

  #offsetOfFirst(fd: number, stat: BigIntStats): number {
    switch (this.#options.start) {
      case 'beginning':
        return 0;
      case 'end':
        return Number(stat.size);
      case 'unread':
        return this.#known.markOf(stat, fd)?.offset ?? 0;
    }
  }

  /** Generations that are there before anything was followed are not ours to read. */
  #passOverGenerations(): void {
    if (this.#started) return;
    this.#started = true;
    for (const path of rotatedPaths(this.name)) {
      try {
        const { fd, stat } = openWithStat(path);
        try {
          if (stat.isFile()) this.#passOver(fd, stat);
        } finally {
          closeSync(fd);
        }
      } catch {
        // Gone or unreadable: then it is not read later either, unless it changes.
      }
    }
  }

  /** The path names another file than the one that was followed. */
  #switchTo(stat: BigIntStats): boolean {
    const held = this.#openFile(stat);
    if (held !== undefined) {
      this.#leaveCurrent();
      return this.#makeCurrent(held, stat);
    }
    if (this.#known.isHeldByOther(identityOf(stat), this)) {
      this.#leaveCurrent();
      this.#state.followedElsewhere();
      return false;
    }
    if (this.#nowMs < this.#retryAtMs) return false;
    const followedBefore = this.#files.length > 0;
    const { found, error } = this.#leaveAndSearch();
    const now = statSync(this.name, { bigint: true, throwIfNoEntry: false });
    const next = now && this.#openFile(now);
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

  #openFile(stat: BigIntStats): OpenFile | undefined {
    return this.#plainFiles.find((file) => file.is(stat));
  }

  /** Those that are not compressed. */
  get #plainFiles(): readonly OpenFile[] {
    return this.#files.filter((file) => file instanceof OpenFile);
  }

  #makeCurrent(file: OpenFile, stat: BigIntStats): true {
    for (const missed of this.#missed) this.#state.lost(missed.offset);
    this.#missed = [];
    this.#current = file;
    this.#files = [...this.#files.filter((other) => other !== file), file];
    this.#unopened = undefined;
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
    const result = this.#search('renamed', this.#lastOpen);
    this.#files.push(...result.found.map((file) => this.#adopt(file)));
    this.#schedule.again(this.#nowMs);
    return result;
  }

  get #lastOpen(): OpenFile | undefined {
    return this.#plainFiles.findLast((file) => file.isOpen);
  }

  /**
   * A file was emptied. What was in it and is not read yet may be in a copy
   * that the rotating program made before (`copytruncate`); whole generations
   * may have passed, too.
   */
  #beginAgain(file: OpenFile): void {
    const { offset } = file;
    const { found } = this.#search('emptied', file);
    const copies = found.filter((copy) => copy.offset > 0 && file.isContinuedBy(copy.fd));
    copies.sort((a, b) => Number(b.stat.size - a.stat.size));
    const [longest, ...shorter] = copies;
    for (const copy of shorter) {
      this.#passOver(copy.fd, copy.stat);
      closeSync(copy.fd);
    }
    const before = file.restart(longest, this.#nowMs);
    if (longest !== undefined) this.#known.hold(before.identity, this);
    if (this.#lastTaken === file) this.#lastTaken = before;
    const others = found
      .filter((other) => !copies.includes(other))
      .map((other) => this.#adopt(other));
    this.#files.splice(this.#files.indexOf(file), 0, before, ...others);
    this.#unread = true;
    this.#schedule.again(this.#nowMs);
    this.#counters.truncations += 1;
    this.#state.truncated(offset, longest !== undefined);
  }

  /** Looks once more for generations that moved while the search after a rotation looked. */
  #searchAgain(): boolean {
    // Emptied in the meantime: its copy is known only by what was in it before.
    if (this.#current?.isEmptied()) this.#beginAgain(this.#current);
    const { found } = this.#search('again', this.#current ?? this.#lastOpen);
    const files = found.map((file) => this.#adopt(file));
    const place = this.#current === undefined ? this.#files.length : -1;
    this.#files.splice(place, 0, ...files);
    return files.length > 0;
  }

  #search(reason: SearchReason, reference: OpenFile | undefined): SearchResult {
    const judge = judgeWith({
      followed: this.name,
      follower: this,
      openFiles: this.#plainFiles,
      known: this.#known,
      reason,
      reference,
      passOver: (fd, stat) => this.#passOver(fd, stat),
      offsetOfNew: (stat) => this.#offsetAtStart(stat),
    });
    return findUnread(this.name, judge, Math.max(0, openFilesMax - this.#files.length));
  }

  /** Where to begin in a file that was there at the start but could not be opened then. */
  #offsetAtStart(stat: BigIntStats): number {
    const then = this.#unopened;
    const isSame = then !== undefined && then.inode === stat.ino && then.device === stat.dev;
    return isSame && then.size <= stat.size ? Number(then.size) : 0;
  }

  #adopt({ fd, stat, offset }: FoundFile): OpenFile {
    this.#known.hold(identityOf(stat), this);
    const { lineBytesMax } = this.#options;
    return new OpenFile(fd, stat, { offset, lineBytesMax }, this.#nowMs);
  }

  #adoptAfterRestart(file: FileAfterRestart): Generation {
    const { fd, stat, offset, compressed, wasEmptied } = file;
    if (compressed === undefined) {
      const adopted = this.#adopt(file);
      if (wasEmptied) adopted.expectHole();
      return adopted;
    }
    this.#known.hold(identityOf(stat), this);
    const { lineBytesMax, onData } = this.#options;
    const { expected } = compressed;
    return new CompressedFile(fd, stat, { offset, expected, lineBytesMax }, onData ?? (() => {}));
  }

  /**
   * Reads on, within the budget of a poll: the oldest file first, a newer one
   * only when all lines of the older are taken. True when bytes came.
   */
  #readFiles(): boolean {
    let budget = pollBudgetBytes;
    for (const file of this.#files) {
      if (file.hasBlocks) break;
      if (!file.isOpen || (file === this.#current && !this.#unread)) continue;
      try {
        const { outcome, bytes } = file.read(budget, this.#nowMs);
        budget -= bytes;
        this.#counters.bytes += bytes;
        if (outcome === 'changed' && file instanceof OpenFile) {
          this.#beginAgain(file);
          return true;
        }
        if (outcome === 'waiting') break;
        if (outcome === 'more') return true;
        if (file !== this.#current) continue;
        this.#unread = false;
        this.#readFailed = false;
      } catch (error) {
        this.#state.failed(error);
        if (file === this.#current) this.#readFailed = true;
        else file.giveUp();
      }
    }
    return budget < pollBudgetBytes;
  }

  /** Closes what was rotated away and has had nothing new for a while; drops what is used up. */
  #closeQuietFiles(): void {
    if (this.#files.length === 0 || this.#files[0] === this.#current) return;
    const lateMs = this.#options.lateWriterMs ?? defaultLateWriterMs;
    for (const file of this.#files) {
      const isQuiet = file.atEnd && this.#nowMs - file.lastByteMs >= lateMs;
      if (file !== this.#current && isQuiet && !file.hasBlocks) this.#finish(file);
      if (!file.isDone) continue;
      this.#linesCut += file.linesCut;
      this.#move();
    }
    this.#files = this.#files.filter((file) => !file.isDone);
  }

  #finish(file: Generation): void {
    if (!file.isOpen) return;
    const { writtenNs } = file.saved;
    if (writtenNs > this.#finishedNs) this.#finishedNs = writtenNs;
    const mark = file.finish();
    if (mark === undefined) return;
    this.#known.release(mark);
    this.#finished.add(mark);
    this.#hasFinished = true;
    this.#move();
  }

  #passOver(fd: number, stat: BigIntStats): void {
    const mark = markAtEnd(fd, stat);
    this.#known.remember(mark);
    this.#finished.add(mark);
    this.#hasFinished = true;
  }
}

/** The device that a folder is on; 0 when that cannot be told. */
function deviceOf(folder: string): bigint {
  try {
    return statSync(folder, { bigint: true }).dev;
  } catch {
    return 0n;
  }
}
