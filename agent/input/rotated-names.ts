import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const compressedEnding = /\.(?:gz|bz2|xz|zst|lz4|lzma|zip|Z)$/;
/** Files that programs put beside a log for a moment. */
const transientEnding = /\.(?:tmp|swp|lock|part|pid)$/;

/**
 * True when `path` is named as a rotated generation of `followed`: the name
 * and `.1`, `.20261123`, `-20261123`, `.old`; in general a dot or a hyphen and
 * something with a digit in it. `app.log-errors` is another log.
 */
export function isRotatedName(followed: string, path: string): boolean {
  if (!path.startsWith(followed)) return false;
  const ending = path.slice(followed.length);
  if (compressedEnding.test(ending) || transientEnding.test(ending)) return false;
  return /^[.-](?:old$|[^/]*\d[^/]*$)/.test(ending);
}

/** True for a rotated generation of `followed` that was compressed: nothing to read there. */
export function isCompressedGeneration(followed: string, path: string): boolean {
  return path.startsWith(followed) && compressedEnding.test(path.slice(followed.length));
}

/**
 * The name that a compressed generation of `followed` had before it was
 * compressed; undefined for any other name.
 */
export function uncompressedName(followed: string, path: string): string | undefined {
  const plain = path.replace(compressedEnding, '');
  if (plain === path) return undefined;
  return plain === followed || isRotatedName(followed, plain) ? plain : undefined;
}

/** The paths that `path` could be a rotated generation of, judged by its name alone. */
export function possibleOriginals(path: string): string[] {
  const nameStart = path.lastIndexOf('/') + 1;
  const ends = [...path.matchAll(/[.-]/g)].map((match) => match.index);
  return ends.filter((end) => end > nameStart).map((end) => path.slice(0, end));
}

/**
 * The paths beside `followed` that are named as its rotated generations, in no
 * order. An unreadable directory has none.
 */
export function rotatedPaths(followed: string): string[] {
  return pathsBeside(followed, (name, entry) => isRotatedName(name, entry));
}

/** As `rotatedPaths`, for generations that were compressed, whatever with. */
export function compressedPaths(followed: string): string[] {
  return pathsBeside(followed, (name, entry) => uncompressedName(name, entry) !== undefined);
}

function pathsBeside(
  followed: string,
  isWanted: (name: string, entry: string) => boolean,
): string[] {
  const directory = dirname(followed);
  const name = basename(followed);
  let entries: string[];
  try {
    entries = readdirSync(directory);
  } catch {
    return [];
  }
  return entries.filter((entry) => isWanted(name, entry)).map((entry) => join(directory, entry));
}
