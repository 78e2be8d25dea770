import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

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
function uncompressedName(followed: string, path: string): string | undefined {
  const plain = path.replace(compressedEnding, '');
  if (plain === path) return undefined;
  return plain === followed || isRotatedName(followed, plain) ? plain : undefined;
}

/** A generation that was compressed. */
export interface CompressedPath {
  readonly path: string;
  /** The name that it had before. */
  readonly plain: string;
}

/** The paths that `path` could be a rotated generation of, judged by its name alone. */
export function possibleOriginals(path: string): string[] {
  const nameStart = path.lastIndexOf('/') + 1;
  const ends = [...path.matchAll(/[.-]/g)].map((match) => match.index);
  return ends.filter((end) => end > nameStart).map((end) => path.slice(0, end));
}

/**
 * The paths beside logs of these names that are named as their rotated generations, in no order. A directory that
 * cannot be read has none.
 * @param onUnreadable is told why
 */
export function rotatedPaths(
  names: readonly string[],
  onUnreadable: (error: unknown) => void = () => {},
): string[] {
  return names.flatMap((name) =>
    entriesBeside(name, onUnreadable)
      .filter((entry) => isRotatedName(basename(name), entry))
      .map((entry) => join(dirname(name), entry)),
  );
}

/** As `rotatedPaths`, for generations that were compressed, whatever with. */
export function compressedPaths(names: readonly string[]): CompressedPath[] {
  return names.flatMap((name) =>
    entriesBeside(name, () => {}).flatMap((entry) => {
      const plain = uncompressedName(basename(name), entry);
      if (plain === undefined) return [];
      return [{ path: join(dirname(name), entry), plain: join(dirname(name), plain) }];
    }),
  );
}

/** What a symbolic link leads to, also when nothing is there now; undefined for anything else. */
export function linkedPath(path: string): string | undefined {
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
    // Of a chain of links that leads nowhere the first step must do.
    return realPathOf(path) ?? resolve(dirname(path), readlinkSync(path));
  } catch {
    return undefined;
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function entriesBeside(path: string, onUnreadable: (error: unknown) => void): string[] {
  try {
    return readdirSync(dirname(path));
  } catch (error) {
    onUnreadable(error);
    return [];
  }
}
