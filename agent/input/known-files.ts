import type { BigIntStats } from 'node:fs';
import { type FileIdentity, type FileMark, identityKey, identityOf, isMarked } from './identity.ts';

/**
 * Marks of closed files that are remembered. Beyond this many the oldest is
 * forgotten; should its file come under a followed name again, it is read
 * from its beginning.
 */
const marksMax = 10_000;

/**
 * What the followers of one set of inputs hold open or have read, so that no
 * file is read twice: under two names that match a glob, or after it was
 * closed and comes under a followed name again.
 */
export class KnownFiles {
  readonly #holders = new Map<string, object>();
  readonly #marks = new Map<string, FileMark>();

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

  /** The file was closed, read up to the mark. */
  release(mark: FileMark): void {
    this.#holders.delete(identityKey(mark));
    this.remember(mark);
  }

  /** The file was read, or is to be passed over, up to the mark. */
  remember(mark: FileMark): void {
    const key = identityKey(mark);
    this.#marks.delete(key);
    this.#marks.set(key, mark);
    if (this.#marks.size <= marksMax) return;
    const [oldest] = this.#marks.keys();
    if (oldest !== undefined) this.#marks.delete(oldest);
  }

  /** How far an open file was read before; undefined for one never read, or another under the same number. */
  markOf(stat: BigIntStats, fd: number): FileMark | undefined {
    const key = identityKey(identityOf(stat));
    const mark = this.#marks.get(key);
    if (mark === undefined || isMarked(mark, fd, stat)) return mark;
    this.#marks.delete(key);
    return undefined;
  }

  /** True when it is sure without opening the file that it has nothing more to read. */
  isReadToEnd(stat: BigIntStats): boolean {
    const mark = this.#marks.get(identityKey(identityOf(stat)));
    const isSame = mark !== undefined && mark.birthNs !== 0n && mark.birthNs === stat.birthtimeNs;
    return isSame && stat.size === BigInt(mark.offset);
  }
}
