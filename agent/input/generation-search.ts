import { type BigIntStats, closeSync, statSync } from 'node:fs';
import { systemCodeOf } from '../../platform/errors.ts';
import { identityKey, identityOf } from './identity.ts';
import { openWithStat } from './open-file.ts';
import { rotatedPaths } from './rotated-names.ts';

/** A file that was opened because it has something to read. */
export interface FoundFile {
  readonly path: string;
  readonly fd: number;
  readonly stat: BigIntStats;
  /** Where to begin reading. */
  readonly offset: number;
  /** Where a symbolic link had led to it that leads elsewhere now. */
  readonly target?: string | undefined;
}

/** What a search found, and why the followed name itself could not be opened, if so. */
export interface SearchResult {
  /** Oldest first. */
  readonly found: readonly FoundFile[];
  readonly error?: unknown;
  /** True when a generation could not be opened for a reason that passes, or there were too many: another search may find more. */
  readonly isIncomplete: boolean;
}

/** The knowledge about files that a search asks for. */
export interface FileJudge {
  /** True when it is sure without opening the file that nothing is to be read from it. */
  isSettled(stat: BigIntStats, path: string): boolean;
  /** Where to begin reading an opened file; undefined when nothing is to be read from it. */
  beginning(fd: number, stat: BigIntStats, path: string): number | undefined;
}

/** Passes over the directory after which a search ends although each found something. */
const passesMax = 50;

/** Why what is there cannot be opened now, but maybe soon. */
const passing: readonly unknown[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'ESTALE'];

/**
 * Opens what is unread under the followed name and the names of its rotated
 * generations, `filesMax` files at most.
 *
 * Names move while this looks: a chain of renames can carry a generation from
 * a name not yet visited to one already visited, and what stat answered about
 * a name need not be what open finds under it. Hence a file is judged by its
 * open descriptor alone, and passes are repeated until one finds nothing new.
 */
export function findUnread(
  followed: string,
  judge: FileJudge,
  filesMax: number,
  names: readonly string[] = [followed],
): SearchResult {
  const judged = new Set<string>();
  const found: FoundFile[] = [];
  let error: unknown;
  let isIncomplete = false;
  for (let pass = 0; pass < passesMax; pass++) {
    const before = found.length;
    isIncomplete = false;
    const rotated = rotatedPaths(names, (reason) => {
      isIncomplete ||= mayPass(reason);
    });
    for (const path of unsettled([...rotated, followed], judge, judged)) {
      isIncomplete ||= found.length >= filesMax;
      if (found.length >= filesMax) break;
      try {
        const file = openUnread(path, judge, judged);
        if (file !== undefined) found.push(file);
      } catch (reason) {
        if (path === followed) error = reason;
        isIncomplete ||= mayPass(reason);
      }
    }
    if (found.length === before) break;
  }
  found.sort((a, b) => olderFirst(a, b));
  return error === undefined ? { found, isIncomplete } : { found, isIncomplete, error };
}

/** The paths worth opening, oldest file first, so that a limit meets the newest. */
function unsettled(paths: readonly string[], judge: FileJudge, judged: Set<string>): string[] {
  const candidates: { path: string; stat: BigIntStats }[] = [];
  for (const path of paths) {
    const stat = statOrUndefined(path);
    if (stat === undefined || !stat.isFile() || judged.has(keyOf(stat))) continue;
    if (!judge.isSettled(stat, path)) candidates.push({ path, stat });
  }
  return candidates.sort((a, b) => olderFirst(a, b)).map((candidate) => candidate.path);
}

function mayPass(error: unknown): boolean {
  return passing.includes(systemCodeOf(error));
}

function openUnread(path: string, judge: FileJudge, judged: Set<string>): FoundFile | undefined {
  const { fd, stat } = openWithStat(path);
  let offset: number | undefined;
  try {
    if (stat.isFile() && !judged.has(keyOf(stat)) && !judge.isSettled(stat, path)) {
      offset = judge.beginning(fd, stat, path);
      judged.add(keyOf(stat));
    }
  } finally {
    if (offset === undefined) closeSync(fd);
  }
  return offset === undefined ? undefined : { path, fd, stat, offset };
}

/** What tells how old a file is. */
export interface Aged {
  readonly path: string;
  readonly stat: BigIntStats;
}

/**
 * By the time that the file was made, where the file system tells: late
 * writers do not change it. Else by the last change.
 */
function olderFirst(a: Aged, b: Aged): number {
  return compare(a.stat.birthtimeNs, b.stat.birthtimeNs) || byChange(a, b);
}

/**
 * By the last change, which compressing and copying keep, some in whole
 * seconds; within a second by the name, in which the older generation has the
 * higher number.
 */
export function byChange(a: Aged, b: Aged): number {
  return (
    compare(a.stat.mtimeNs / nsPerSecond, b.stat.mtimeNs / nsPerSecond) ||
    generationOf(b.path) - generationOf(a.path) ||
    compare(a.stat.mtimeNs, b.stat.mtimeNs)
  );
}

const nsPerSecond = 1_000_000_000n;

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The number at the end of a name; 0 for the followed name, which has none. */
function generationOf(path: string): number {
  return Number(/\.(\d{1,9})(?:\.gz)?$/.exec(path)?.[1] ?? 0);
}

function keyOf(stat: BigIntStats): string {
  return identityKey(identityOf(stat));
}

function statOrUndefined(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
