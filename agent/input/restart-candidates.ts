import { type BigIntStats, closeSync, existsSync, statSync } from 'node:fs';
import { type CompressedSummary, summaryOf } from './compressed-file.ts';
import { identityKey, identityOf } from './identity.ts';
import type { KnownFiles } from './known-files.ts';
import { openWithStat } from './open-file.ts';
import { compressedPaths, rotatedPaths } from './rotated-names.ts';
import type { SavedPositions } from './saved-positions.ts';

/** An open file that has a name of the log. */
export interface Candidate {
  readonly path: string;
  readonly fd: number;
  readonly stat: BigIntStats;
  /** What is known of the text of a compressed one; undefined for a plain file. */
  readonly summary: CompressedSummary | undefined;
  /** It has no name of the log any more: only what was being read of it is of interest. */
  readonly isElsewhere: boolean;
}

/** All files with a name of the log that may have something to read. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Paths of compressed generations that cannot be read, and are not older than what was read. */
  readonly unreadable: readonly string[];
  /** Why the followed name could not be opened, if so. */
  readonly error: unknown;
}

/** What decides which files are worth opening. */
export interface Restarted {
  readonly followed: string;
  /** The names beside which its generations are. */
  readonly names: readonly string[];
  readonly follower: object;
  readonly saved: SavedPositions;
  readonly known: KnownFiles;
}

/**
 * Files that one log may have open while it is sorted out what passed; what is
 * beyond is not seen. An hourly rotation needs a month for so many.
 */
const candidatesMax = 750;

/** Passes over the folder after which the search ends although each found something. */
const passesMax = 50;

/**
 * Opens them. Names may move while this looks, so passes over the folder are
 * repeated until one finds nothing new.
 */
export function openCandidates(restarted: Restarted): Candidates {
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  const unreadable: string[] = [];
  let error: unknown;
  for (let pass = 0; pass < passesMax; pass++) {
    const before = seen.size;
    for (const named of pathsOf(restarted)) {
      try {
        const candidate = candidates.length < candidatesMax && open(named, restarted, seen);
        if (candidate === undefined) unreadable.push(named.path);
        else if (candidate !== false) candidates.push(candidate);
      } catch (reason) {
        if (named.path === restarted.followed) error = reason;
      }
    }
    if (seen.size === before) break;
  }
  return { candidates, unreadable, error };
}

/** A path at which a candidate may be. */
interface NamedPath {
  readonly path: string;
  readonly kind: 'plain' | 'compressed' | 'elsewhere';
}

/**
 * The names of the log, and where symbolic links led that lead elsewhere now. A generation that is just being
 * compressed has two names; the plain one is surely whole.
 */
function pathsOf({ followed, saved, names }: Restarted): readonly NamedPath[] {
  const plain = [...rotatedPaths(names), followed];
  const compressed = compressedPaths(names).filter(({ plain: before }) => {
    return names.includes(before) || !existsSync(before);
  });
  const targets = saved.files.flatMap(({ target }) => target ?? []);
  return [
    ...plain.map((path) => ({ path, kind: 'plain' }) as const),
    ...compressed.map(({ path }) => ({ path, kind: 'compressed' }) as const),
    ...targets.map((path) => ({ path, kind: 'elsewhere' }) as const),
  ];
}

/** False when nothing is to be read of it; undefined when nothing can be. Throws what the system throws. */
function open(
  { path, kind }: NamedPath,
  restarted: Restarted,
  seen: Set<string>,
): Candidate | undefined | false {
  const stat = statSync(path, { bigint: true });
  if (isSettled(stat, path, restarted, seen)) return false;
  const opened = openWithStat(path);
  if (isSettled(opened.stat, path, restarted, seen)) {
    closeSync(opened.fd);
    return false;
  }
  seen.add(keyOf(opened.stat));
  const isElsewhere = kind === 'elsewhere';
  if (kind !== 'compressed') return { path, ...opened, summary: undefined, isElsewhere };
  const summary = path.endsWith('.gz') ? summaryOf(opened.fd, opened.stat) : undefined;
  if (summary !== undefined) return { path, ...opened, summary, isElsewhere };
  closeSync(opened.fd);
  return isOlderThanRead(restarted.saved, opened.stat) ? false : undefined;
}

function isSettled(
  stat: BigIntStats,
  path: string,
  { followed, follower, known, saved }: Restarted,
  seen: Set<string>,
): boolean {
  if (!stat.isFile() || seen.has(keyOf(stat))) return true;
  if (known.isHeldByOther(identityOf(stat), follower)) return true;
  if (path === followed || saved.files.some(({ inode }) => inode === stat.ino)) return false;
  return known.isReadToEnd(stat);
}

function keyOf(stat: BigIntStats): string {
  return identityKey(identityOf(stat));
}

const nsPerSecond = 1_000_000_000n;

/**
 * True when a compressed file was last written before the oldest file that is
 * not finished: compressing keeps that time, by some programs in whole seconds.
 */
export function isOlderThanRead(saved: SavedPositions, { mtimeNs }: BigIntStats): boolean {
  const [oldest] = saved.files;
  const floorNs = oldest?.writtenNs ?? saved.finishedNs;
  return mtimeNs / nsPerSecond < floorNs / nsPerSecond;
}
