import { importsOf } from './imports-of.ts';
import type { ProjectFile } from './project-files.ts';

/** Imports of types only that may close a circle, because the types describe each other. */
interface Knot {
  readonly from: string;
  /** A file, or a folder. */
  readonly to: string;
  readonly reason: string;
}

const knots: readonly Knot[] = [
  {
    from: 'agent/sec/contexts/context.ts',
    to: 'agent/sec/actions/action.ts',
    reason: 'a context holds actions for its end, and an action knows which context it came from',
  },
  {
    from: 'agent/sec/engine/runtime.ts',
    to: 'agent/sec',
    reason: 'the runtime is what all parts of the language see of each other',
  },
];

/** The circles of files that import each other, types included; each as `a → b → a`. */
export function importCycles(files: readonly ProjectFile[]): string[] {
  const imports = importGraph(files);
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

/** The files that each file imports, without the knots. */
function importGraph(files: readonly ProjectFile[]): Map<string, string[]> {
  const targets = (file: ProjectFile) =>
    importsOf(file)
      .filter(({ file: to, typesOnly }) => !typesOnly || !isKnot(file.path, to))
      .flatMap(({ file: to }) => to ?? []);
  return new Map(files.map((file) => [file.path, targets(file)]));
}

function isKnot(from: string, to: string | undefined): boolean {
  return knots.some((knot) => knot.from === from && leadsTo(knot, to));
}

function leadsTo(knot: Knot, file: string | undefined): boolean {
  return file === knot.to || (file?.startsWith(`${knot.to}/`) ?? false);
}

/** Knots that are no longer in the sources. */
export function unusedKnots(files: readonly ProjectFile[]): string[] {
  const isThere = (knot: Knot) =>
    files.some(
      (file) =>
        file.path === knot.from && importsOf(file).some(({ file: to }) => leadsTo(knot, to)),
    );
  return knots.filter((knot) => !isThere(knot)).map(({ from, to }) => `${from} → ${to}`);
}
