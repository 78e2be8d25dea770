import { importsOf } from './imports-of.ts';
import type { ProjectFile } from './project-files.ts';

/** The circles of files that import each other, types included; each as `a → b → a`. */
export function importCycles(files: readonly ProjectFile[]): string[] {
  const imports = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ file: to }) => to ?? [])]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, way: readonly string[]) => {
    const before = way.indexOf(file);
    if (before >= 0) cycles.push([...way.slice(before), file].join(' → '));
    if (before >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return cycles;
}
