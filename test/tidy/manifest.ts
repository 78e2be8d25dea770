import { projectFile } from './project-files.ts';

/** The packages that package.json names, with their version ranges. */
export interface Manifest {
  /** What the programs need when they run. */
  readonly runtime: ReadonlyMap<string, string>;
  readonly all: ReadonlyMap<string, string>;
}

/** Reads package.json. */
export function manifest(): Manifest {
  const parsed: unknown = JSON.parse(projectFile('package.json').text);
  const ranges = (key: string) => Object.entries(record(record(parsed)[key]));
  const runtime = [...ranges('dependencies'), ...ranges('optionalDependencies')];
  const asMap = (entries: readonly (readonly [string, unknown])[]) =>
    new Map(entries.map(([name, range]) => [name, String(range)]));
  return { runtime: asMap(runtime), all: asMap([...runtime, ...ranges('devDependencies')]) };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
