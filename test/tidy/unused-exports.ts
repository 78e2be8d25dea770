import { importsOf } from './imports-of.ts';
import { namedValuesOf } from './names.ts';
import type { ProjectFile } from './project-files.ts';

/**
 * Exports that no other file imports, as `FILE: NAME`: nobody can tell whether they are still needed. What only tests
 * import counts as needed; so do types, which describe what other exports take and give.
 */
export function unusedExports(files: readonly ProjectFile[]): string[] {
  const used = new Map<string, Set<string>>();
  const usedWhole = new Set<string>();
  for (const { file, names } of files.flatMap(importsOf)) {
    if (file === undefined) continue;
    if (names === undefined) usedWhole.add(file);
    else used.set(file, new Set([...(used.get(file) ?? []), ...names]));
  }
  return files
    .filter(({ path }) => !usedWhole.has(path))
    .flatMap(({ path, text }) => {
      const unused = namedValuesOf(text).filter((name) => used.get(path)?.has(name) !== true);
      return unused.map((name) => `${path}: ${name}`);
    });
}
