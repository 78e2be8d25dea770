import { statSync } from 'node:fs';
import type { FilePosition } from './identity.ts';

/**
 * How many bytes of a file no line was taken of yet; undefined where nobody can tell: there is no such file, or the
 * name stands for another one now, and what is left of the former is read within moments.
 */
export function lagBytes(path: string, position: FilePosition | undefined): number | undefined {
  if (position === undefined) return undefined;
  try {
    const stat = statSync(path, { bigint: true });
    if (stat.ino !== position.inode || stat.dev !== position.device) return undefined;
    return Math.max(0, Number(stat.size) - position.offset);
  } catch {
    return undefined;
  }
}
