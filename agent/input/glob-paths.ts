import { globSync } from 'node:fs';
import { normalize } from 'node:path';

/** True when a path is a pattern, which may stand for many files or for none. */
export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path);
}

/**
 * The paths that match a pattern, sorted. As in a shell, `*` matches no dot at
 * the beginning of a name. A directory that cannot be read has no matches.
 */
export function globPaths(pattern: string): string[] {
  const paths = globSync(pattern).sort();
  // globSync drops a leading `./`; names of inputs keep it, as SEC's do.
  return pattern.startsWith('./') && normalize(pattern) !== pattern
    ? paths.map((path) => `./${path}`)
    : paths;
}
