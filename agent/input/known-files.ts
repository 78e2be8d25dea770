import type { BigIntStats } from 'node:fs';
import {
  type FileIdentity,
  type FileMark,
  fingerprintAt,
  identityKey,
  identityOf,
  isMarked,
} from './identity.ts';

/**
 * Marks of closed files that are remembered. Beyond this many the oldest is
 * forgotten; should its file come under a followed name again, it is read
 * from its beginning.
 */
const marksMax = 10_000;

interface Remembered {
  readonly mark: FileMark;
  /** The follower that read the file or passed it over, and saves the mark as finished. */
  readonly reader: object | undefined;
}

/**
 * What the followers of one set of inputs hold open or have read, so that no
 * file is read twice: under two names that match a glob, or after it was
 * closed and comes under a followed name again.
 */
export class KnownFiles {
  readonly #holders = new Map<string, object>();
  readonly #marks = new Map<string, Remembered>();

  /** True when a follower other than `asker` has the file open. */
  isHeldByOther(identity: FileIdentity, asker: object): boolean {
    const holder = this.#holders.get(identityKey(identity));
    return holder !== undefined && holder !== asker;
  }

  /** `holder` has opened the file: how far it was read is its own knowledge now. */
  hold(identity: FileIdentity, holder: object): void {
    this.#holders.set(identityKey(identity), holder);
    this.#marks.delete(identityKey(identity));
  }

  /** The file was closed by `reader`, read up to the mark; without a mark it is gone for good. */
  release(identity: FileIdentity, mark: FileMark | undefined, reader: object): void {
    this.#holders.delete(identityKey(identity));
    if (mark === undefined) this.#marks.delete(identityKey(identity));
    else this.remember(mark, reader);
  }

  /** The file was read, or is to be passed over, up to the mark. */
  remember(mark: FileMark, reader?: object): void {
    const key = identityKey(mark);
    this.#marks.delete(key);
    this.#marks.set(key, { mark, reader });
    if (this.#marks.size <= marksMax) return;
    const [oldest] = this.#marks.keys();
    if (oldest !== undefined) this.#marks.delete(oldest);
  }

  /** What is in an open file now is not to be read. */
  passOver(fd: number, stat: BigIntStats, reader: object): void {
    const offset = Number(stat.size);
    const fingerprint = fingerprintAt(fd, offset);
    const mark = { ...identityOf(stat), offset, birthNs: stat.birthtimeNs, fingerprint };
    this.remember(mark, reader);
  }

  /** The marks that a follower is to save, oldest first. */
  marksOf(reader: object): readonly FileMark[] {
    const marks: FileMark[] = [];
    for (const remembered of this.#marks.values()) {
      if (remembered.reader === reader) marks.push(remembered.mark);
    }
    return marks;
  }

  /** How far an open file was read before; undefined for one never read, or another under the same number. */
  markOf(stat: BigIntStats, fd: number): FileMark | undefined {
    const key = identityKey(identityOf(stat));
    const mark = this.#marks.get(key)?.mark;
    if (mark === undefined || isMarked(mark, fd, stat)) return mark;
    this.#marks.delete(key);
    return undefined;
  }

  /** True when it is sure without opening the file that it has nothing more to read. */
  isReadToEnd(stat: BigIntStats): boolean {
    const mark = this.#marks.get(identityKey(identityOf(stat)))?.mark;
    const isSame = mark !== undefined && mark.birthNs !== 0n && mark.birthNs === stat.birthtimeNs;
    return isSame && stat.size === BigInt(mark.offset);
  }
}
