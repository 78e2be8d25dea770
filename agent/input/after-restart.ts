import { type BigIntStats, closeSync } from 'node:fs';
import { beginsWith, type CompressedSummary } from './compressed-file.ts';
import type { FollowerRecord } from './follower-record.ts';
import { byChange, type FoundFile } from './generation-search.ts';
import {
  bytesBetween,
  type FileMark,
  type Fingerprint,
  hasContent,
  headBytesMax,
  isCopy,
  isMarked,
} from './identity.ts';
import type { KnownFiles } from './known-files.ts';
import { type Candidate, isOlderThanRead, openCandidates } from './restart-candidates.ts';
import type { SavedFile, SavedPositions } from './saved-positions.ts';

/** What is known when a follower looks for the first time after a restart. */
export interface RestartKnowledge {
  readonly followed: string;
  /** The names beside which its generations are. */
  readonly names: readonly string[];
  readonly follower: object;
  /** What was saved of it. */
  readonly saved: SavedPositions;
  /** Generations that it had finished or passed over. */
  readonly finished: readonly FileMark[];
  readonly known: KnownFiles;
  readonly record: FollowerRecord;
}

/** A file to go on with. */
export interface FileAfterRestart extends FoundFile {
  /** For a compressed one: what the text before the offset looks like. */
  readonly compressed?: { readonly expected: Fingerprint | undefined };
  /** It has the identity of a file that was read, but was emptied since. */
  readonly wasEmptied: boolean;
}

/** What there is to read after a restart. */
export interface AfterRestart {
  /** Oldest first; what the name stands for now comes last. */
  readonly files: readonly FileAfterRestart[];
  /** Files that were being read and are not there any more, not even as a copy. */
  readonly lost: readonly SavedFile[];
  /** Generations that may hold lines never read, but are compressed in a way that cannot be read. */
  readonly unreadable: readonly string[];
  /** Why the followed name could not be opened, if so. */
  readonly error: unknown;
}

/**
 * Finds what passed while nobody looked. All files that bear a name of the log
 * are opened first, so that nothing moves any more, and then told apart: those
 * that were being read, by their identity; those that took their place, by the
 * bytes that were read (a copy before an emptying, a compressed file); what
 * was finished; and all the rest, which nobody has read.
 */
export function findAfterRestart(knowledge: RestartKnowledge): AfterRestart {
  const { candidates, unreadable, error } = openCandidates(knowledge);
  const sorting = new Sorting(knowledge, candidates);
  try {
    const moved = knowledge.saved.files.filter((file) => !sorting.takeSame(file));
    const lost = moved.filter((file) => !sorting.takeCopy(file));
    sorting.takeUnread();
    const files = sorting.inOrder();
    sorting.closeOthers();
    return { files, lost, unreadable, error };
  } catch (reason) {
    for (const { fd } of candidates) closeSync(fd);
    throw reason;
  }
}

interface Taken {
  readonly candidate: Candidate;
  readonly offset: number;
  readonly expected: Fingerprint | undefined;
}

/** Gives each candidate its place: to be read from an offset, or closed. */
class Sorting {
  readonly #knowledge: RestartKnowledge;
  readonly #all: readonly Candidate[];
  readonly #left: Set<Candidate>;
  readonly #taken: Taken[] = [];

  constructor(knowledge: RestartKnowledge, candidates: readonly Candidate[]) {
    this.#knowledge = knowledge;
    this.#all = candidates;
    this.#left = new Set(candidates);
  }

  /** Goes on in the very file that was being read, if it is there and still has its bytes. */
  takeSame(file: SavedFile): boolean {
    for (const candidate of this.#left) {
      const { fd, stat, summary } = candidate;
      const isSame =
        summary === undefined
          ? isMarked(file, fd, stat)
          : isSameFile(file, stat) && beginsWith(summary, file.fingerprint);
      if (!isSame) continue;
      this.#take(candidate, file.offset, file.fingerprint);
      return true;
    }
    return false;
  }

  /**
   * Goes on in a file that holds what was read. Of several the oldest: newer
   * generations may begin alike. Of copies of one another the longest.
   */
  takeCopy(file: SavedFile): boolean {
    if (file.offset === 0) return true;
    const holders = [...this.#left].filter((candidate) => holds(candidate, file));
    const [oldest, ...newer] = holders.sort(byChange);
    if (oldest === undefined) return false;
    const copies = [oldest, ...newer.filter((other) => isCopyOf(oldest, other))];
    copies.sort((a, b) => Number(b.stat.size - a.stat.size));
    const [longest = oldest, ...shorter] = copies;
    for (const copy of shorter) this.#passOver(copy);
    this.#take(longest, file.offset, file.fingerprint);
    return true;
  }

  /** Takes what is left, unless it was read or is a copy. */
  takeUnread(): void {
    for (const candidate of this.#left) {
      const { summary, isElsewhere } = candidate;
      if (isElsewhere) this.#left.delete(candidate);
      else if (summary !== undefined) this.#takeUnreadCompressed(candidate, summary);
      else this.#takeUnreadPlain(candidate);
    }
  }

  /** Closes what is not taken: only now, since all are compared with each other. */
  closeOthers(): void {
    const taken = new Set(this.#taken.map(({ candidate }) => candidate));
    for (const candidate of this.#all) if (!taken.has(candidate)) closeSync(candidate.fd);
  }

  inOrder(): readonly FileAfterRestart[] {
    const { followed } = this.#knowledge;
    const isLast = ({ path }: Candidate) => (path === followed ? 1 : 0);
    this.#taken.sort(({ candidate: a }, { candidate: b }) => {
      return isLast(a) - isLast(b) || byChange(a, b);
    });
    return this.#taken.map(({ candidate, offset, expected }) => {
      const { path, fd, stat, summary, isElsewhere } = candidate;
      const isSame = (file: SavedFile) => isSameFile(file, stat);
      const wasEmptied = offset === 0 && this.#knowledge.saved.files.some(isSame);
      const compressed = summary === undefined ? {} : { compressed: { expected } };
      const target = isElsewhere ? path : undefined;
      return { path, fd, stat, offset, wasEmptied, target, ...compressed };
    });
  }

  #takeUnreadPlain(candidate: Candidate): void {
    const { followed, known, record } = this.#knowledge;
    const { fd, stat, path } = candidate;
    const mark = known.markOf(stat, fd);
    if (path === followed) this.#take(candidate, mark?.offset ?? record.offsetOfNew(stat));
    else if (mark !== undefined && stat.size > mark.offset) this.#take(candidate, mark.offset);
    else if (mark !== undefined || stat.size === 0n) this.#left.delete(candidate);
    else if (this.#isBeginningOfTaken(candidate)) this.#left.delete(candidate);
    else if (this.#isCopyOfFinished(candidate)) this.#passOver(candidate);
    else this.#take(candidate, 0);
  }

  #takeUnreadCompressed(candidate: Candidate, summary: CompressedSummary): void {
    const { finished, saved } = this.#knowledge;
    const marks = finished.filter(({ fingerprint }) => beginsWith(summary, fingerprint));
    const isRead = marks.some(({ offset }) => offset % 2 ** 32 === summary.textBytesLow);
    const [longest] = marks.sort((a, b) => b.offset - a.offset);
    if (isRead || this.#isPlainThereToo(summary)) this.#left.delete(candidate);
    else if (longest !== undefined) this.#take(candidate, longest.offset, longest.fingerprint);
    else if (isOlderThanRead(saved, candidate.stat)) this.#left.delete(candidate);
    else this.#take(candidate, 0);
  }

  /** A copy of a file that is read, finished or still being made. */
  #isBeginningOfTaken(candidate: Candidate): boolean {
    return this.#taken.some(({ candidate: taken }) => {
      return taken.stat.size >= candidate.stat.size && isCopyOf(candidate, taken);
    });
  }

  #isCopyOfFinished({ fd, stat }: Candidate): boolean {
    const size = Number(stat.size);
    const marks = this.#knowledge.finished.filter((mark) => mark.offset === size);
    return marks.some((mark) => hasContent(mark, fd, stat));
  }

  /** True when the file that was compressed had been opened before it was removed. */
  #isPlainThereToo(summary: CompressedSummary): boolean {
    return this.#all.some(({ path, summary: other, stat, fd }) => {
      if (other !== undefined || path === this.#knowledge.followed) return false;
      if (Number(stat.size) % 2 ** 32 !== summary.textBytesLow) return false;
      return bytesBetween(fd, 0, headBytesMax).equals(summary.head);
    });
  }

  #take(candidate: Candidate, offset: number, expected?: Fingerprint): void {
    this.#left.delete(candidate);
    this.#taken.push({ candidate, offset, expected });
  }

  #passOver(candidate: Candidate): void {
    if (candidate.summary === undefined)
      this.#knowledge.record.passOver(candidate.fd, candidate.stat);
    this.#left.delete(candidate);
  }
}

function isSameFile(file: SavedFile, stat: BigIntStats): boolean {
  return file.device === stat.dev && file.inode === stat.ino && file.birthNs === stat.birthtimeNs;
}

/** True when the file has the bytes that were read of another one; of a compressed one the first. */
function holds({ fd, stat, summary }: Candidate, file: SavedFile): boolean {
  return summary === undefined ? hasContent(file, fd, stat) : beginsWith(summary, file.fingerprint);
}

function isCopyOf(one: Candidate, other: Candidate): boolean {
  if (one.summary !== undefined || other.summary !== undefined) return false;
  return isCopy(one.fd, Number(one.stat.size), other.fd, Number(other.stat.size));
}
