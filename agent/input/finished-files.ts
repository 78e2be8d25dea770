import { type FileMark, identityKey } from './identity.ts';

/**
 * Generations of one log that are remembered as finished. Older ones that are
 * still there uncompressed would be read again after a restart.
 */
const finishedMax = 400;

/**
 * The generations of a log that were read to their end or passed over, also
 * those that are gone: their bytes may be found again in a compressed file
 * after a restart.
 */
export class FinishedFiles {
  readonly #marks = new Map<string, FileMark>();

  /** Oldest first. */
  get marks(): readonly FileMark[] {
    return [...this.#marks.values()];
  }

  /** Adds a mark, or moves that of the same file. An inode number alone may be another file's by now. */
  add(mark: FileMark): void {
    const key = `${identityKey(mark)}:${mark.birthNs}`;
    this.#marks.delete(key);
    this.#marks.set(key, mark);
    if (this.#marks.size <= finishedMax) return;
    const [oldest] = this.#marks.keys();
    if (oldest !== undefined) this.#marks.delete(oldest);
  }
}
