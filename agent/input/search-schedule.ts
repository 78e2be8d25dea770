import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** This long after an event the directory is searched once more, for what moved during the search. */
export const searchAgainMs = 1_000;

/** When a follower searches the directory once more, beside the searches that an event makes at once. */
export class SearchSchedule {
  #atMs = Infinity;
  #isNow = false;
  /** Last change of the folder that was seen while the path was missing. */
  #folderChangeNs = 0n;

  /** True when a search will be due without any further event. */
  get isPlanned(): boolean {
    return this.#isNow || this.#atMs < Infinity;
  }

  /** A search in a while; what was planned for later is replaced. */
  again(nowMs: number): void {
    this.#atMs = nowMs + searchAgainMs;
  }

  /** A search at the next question, whatever is planned for later. */
  now(): void {
    this.#isNow = true;
  }

  /**
   * While the path is missing, only the folder tells that a file came and was
   * rotated away: a search soon after each change of the folder.
   */
  watchFolderOf(path: string, nowMs: number): void {
    const changeNs = statSync(dirname(path), { bigint: true, throwIfNoEntry: false })?.mtimeNs;
    if (changeNs === undefined || changeNs === this.#folderChangeNs) return;
    this.#folderChangeNs = changeNs;
    this.#atMs = Math.min(this.#atMs, nowMs + searchAgainMs);
  }

  /** True once for each search that is due. */
  takeDue(nowMs: number): boolean {
    if (this.#isNow) {
      this.#isNow = false;
      return true;
    }
    if (nowMs < this.#atMs) return false;
    this.#atMs = Infinity;
    return true;
  }
}
