import { type Stats, statSync } from 'node:fs';

/** What a path names now, links followed; undefined when it is nothing, or nobody may look. */
export function statPath(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** True when a path names a folder now. */
export function isFolder(path: string): boolean {
  return statPath(path)?.isDirectory() ?? false;
}

/** True when a path names a named pipe now. */
export function isFifo(path: string): boolean {
  return statPath(path)?.isFIFO() ?? false;
}
