import { enableCompileCache } from 'node:module';
import path from 'node:path';

/**
 * What was compiled once is found again: sources run without a build, and reading their types
 * away takes most of the time of a start. Where the folder cannot be written nothing is kept.
 * A bundle has no types, and must not leave files in the folder that a package put it into.
 * It holds for what is imported after it.
 */
export function keepCompiled(): void {
  if (import.meta.filename.endsWith('.ts'))
    enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/nagtail'));
}
