import { type BigIntStats, closeSync } from 'node:fs';
import type { FollowOptions } from './follow-options.ts';
import type { FoundFile } from './generation-search.ts';
import { identityOf } from './identity.ts';
import type { KnownFiles } from './known-files.ts';
import { openWithStat } from './open-file.ts';

/**
 * Opens the file that is there at the first look, to be read from where the options say.
 * @returns `elsewhere` when another follower reads it, undefined when it is no file any more
 * @throws what the system throws
 */
export function openFirst(
  { path, start }: FollowOptions,
  known: KnownFiles,
  follower: object,
): FoundFile | 'elsewhere' | undefined {
  const { fd, stat } = openWithStat(path);
  const isElsewhere = known.isHeldByOther(identityOf(stat), follower);
  if (stat.isFile() && !isElsewhere) {
    return { path, fd, stat, offset: offsetOfFirst(start, known, fd, stat) };
  }
  closeSync(fd);
  return isElsewhere ? 'elsewhere' : undefined;
}

function offsetOfFirst(
  start: FollowOptions['start'],
  known: KnownFiles,
  fd: number,
  stat: BigIntStats,
): number {
  if (typeof start === 'number') return Math.min(start, Number(stat.size));
  switch (start) {
    case 'beginning':
      return 0;
    case 'end':
      return Number(stat.size);
    case 'unread':
      return known.markOf(stat, fd)?.offset ?? 0;
  }
}
