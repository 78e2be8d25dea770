import type { FollowerRecord } from './follower-record.ts';
import type { FileJudge } from './generation-search.ts';
import { identityOf } from './identity.ts';
import type { KnownFiles } from './known-files.ts';
import type { OpenFile } from './open-file.ts';

/** Why a search is made: the path names another file, its file was emptied, or once more after that. */
export type SearchReason = 'renamed' | 'emptied' | 'again';

/** What a follower knows when it searches. */
export interface FollowerKnowledge {
  /** The path that is followed. */
  readonly followed: string;
  readonly follower: object;
  readonly openFiles: readonly OpenFile[];
  readonly known: KnownFiles;
  readonly reason: SearchReason;
  /** The generation that was current until now; copies of it are not read. */
  readonly reference: OpenFile | undefined;
  readonly record: FollowerRecord;
}

/** Says of a file that a search came upon whether it is to be read, and from where. */
export function judgeWith(knowledge: FollowerKnowledge): FileJudge {
  const { followed, follower, openFiles, known, reason, reference } = knowledge;
  return {
    isSettled(stat, path) {
      if (openFiles.some((file) => file.is(stat))) return true;
      if (known.isHeldByOther(identityOf(stat), follower)) return true;
      if (path === followed) return false;
      // Empty, it may be a copy about to be made: it is found again when it has
      // grown. After a rename it may have a writer, and is waited for.
      return (stat.size === 0n && reason !== 'renamed') || known.isReadToEnd(stat);
    },

    beginning(fd, stat, path) {
      const mark = known.markOf(stat, fd);
      if (path === followed) return mark?.offset ?? knowledge.record.offsetOfNew(stat);
      if (mark !== undefined) return stat.size > mark.offset ? mark.offset : undefined;
      if (reason === 'emptied' && reference?.isContinuedBy(fd)) return reference.offset;
      if (!reference?.isCopiedBy(fd, stat)) return 0;
      // While the followed file keeps its name, the copy may be the first half
      // of a copytruncate: the truncation that follows asks for it.
      if (reason === 'renamed') knowledge.record.passOver(fd, stat);
      return undefined;
    },
  };
}
