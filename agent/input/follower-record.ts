import { type BigIntStats, closeSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FinishedFiles } from './finished-files.ts';
import type { FollowOptions, SavedFollower } from './follow-options.ts';
import { type FileMark, markAtEnd } from './identity.ts';
import type { KnownFiles } from './known-files.ts';
import { openWithStat } from './open-file.ts';
import { linkedPath, rotatedPaths } from './rotated-names.ts';
import { marksName, positionsName } from './saved-inputs.ts';
import {
  encodeMarks,
  encodePositions,
  type SavedFile,
  type UnopenedFile,
} from './saved-positions.ts';
import type { SavedSource, SavingSource } from './saved-source.ts';

/** What a follower remembers beside the files that are open, and saves with their positions. */
export class FollowerRecord {
  readonly #options: FollowOptions;
  readonly #source: SavingSource;
  readonly #known: KnownFiles;
  readonly #finished = new FinishedFiles();
  /** What the path led to when its file was last opened, if it is a symbolic link. */
  #target: string | undefined;
  /** The newest last change of files that are closed. */
  #finishedNs = 0n;
  /** True when lines were taken, or files opened or closed, since positions were last saved. */
  #hasMoved = false;
  /** True when files were finished or passed over since they were last saved. */
  #hasFinished = false;
  /** Files that were read before a restart and are not found again, while the path is missing. */
  missed: readonly SavedFile[] = [];
  /** The file that was there at the start, if it could not be opened and is to be read from its end. */
  unopened: UnopenedFile | undefined;

  constructor(options: FollowOptions, source: SavingSource, known: KnownFiles) {
    this.#options = options;
    this.#source = source;
    this.#known = known;
  }

  /** Takes over what was saved, and gives it with the number that the device has now. */
  remember({ positions, finished }: SavedFollower): SavedFollower {
    const device = deviceOf(dirname(this.#options.path));
    const here = <Mark extends FileMark>(mark: Mark): Mark =>
      mark.device === positions.folderDevice ? { ...mark, device } : mark;
    const files = positions.files.map(here);
    const resumed = { positions: { ...positions, files }, finished: finished.map(here) };
    this.#finishedNs = positions.finishedNs;
    this.#target = positions.target;
    this.unopened = positions.unopened;
    this.missed = files;
    for (const mark of resumed.finished) this.#finished.add(mark);
    for (const mark of [...this.#finished.marks, ...files]) this.#known.remember(mark);
    return resumed;
  }

  /** There is something new to save. Cheap when that was said before. */
  moved(): void {
    if (this.#hasMoved) return;
    this.#hasMoved = true;
    this.#options.unsaved?.add(this.#source);
  }

  /** A file was closed, read up to the mark; its last change was at this time. */
  finished(mark: FileMark, writtenNs: bigint): void {
    if (writtenNs > this.#finishedNs) this.#finishedNs = writtenNs;
    this.#known.release(mark);
    this.#finished.add(mark);
    this.#hasFinished = true;
    this.moved();
  }

  /** What is in an open file now is not to be read. */
  passOver(fd: number, stat: BigIntStats): void {
    const mark = markAtEnd(fd, stat);
    this.#known.remember(mark);
    this.#finished.add(mark);
    this.#hasFinished = true;
  }

  /** Generations that are there before anything was followed are not ours to read. */
  passOverGenerations(): void {
    this.#passOverBeside(this.#options.path);
    this.leadsTo(linkedPath(this.#options.path));
  }

  /**
   * Notes what the path leads to as a symbolic link: generations are beside that as well. When it is another
   * file than before, those that are there by then are of a log that was not followed.
   */
  leadsTo(target: string | undefined): void {
    if (target === this.#target) return;
    this.#target = target;
    if (target !== undefined) this.#passOverBeside(target);
    this.moved();
  }

  /** The names beside which generations are looked for. */
  get names(): readonly string[] {
    const { path } = this.#options;
    return this.#target === undefined ? [path] : [path, this.#target];
  }

  #passOverBeside(name: string): void {
    for (const rotated of rotatedPaths([name])) {
      try {
        const { fd, stat } = openWithStat(rotated);
        try {
          if (stat.isFile()) this.passOver(fd, stat);
        } finally {
          closeSync(fd);
        }
      } catch {
        // Gone or unreadable: then it is not read later either, unless it changes.
      }
    }
  }

  /**
   * Where to begin in a file that has the followed name and was never read: at its beginning, unless it was there
   * at the start and could not be opened then.
   */
  offsetOfNew(stat: BigIntStats): number {
    const then = this.unopened;
    const isSame = then !== undefined && then.inode === stat.ino && then.device === stat.dev;
    return isSame && then.size <= stat.size ? Number(then.size) : 0;
  }

  /** What has changed since the last call. */
  takeChanges(openFiles: readonly SavedFile[]): readonly SavedSource[] {
    const { path, input = path } = this.#options;
    const changes: SavedSource[] = [];
    if (this.#hasMoved) {
      const state = encodePositions({
        input,
        files: [...this.missed, ...openFiles],
        folderDevice: deviceOf(dirname(path)),
        finishedNs: this.#finishedNs,
        unopened: this.unopened,
        target: this.#target,
      });
      changes.push({ name: positionsName(path), state });
    }
    if (this.#hasFinished) {
      changes.push({ name: marksName(path), state: encodeMarks(this.#finished.marks) });
    }
    this.#hasMoved = false;
    this.#hasFinished = false;
    return changes;
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
