import path from 'node:path';
import { codeView, lineAt } from './code-view.ts';
import type { ProjectFile } from './project-files.ts';

/** One import of a file. */
export interface Import {
  readonly line: number;
  /** As written: `./x.ts`, `node:fs`, `ini`. */
  readonly specifier: string;
  /** The project path of the imported file; undefined for packages and Node's own modules. */
  readonly file: string | undefined;
  /** True when only types come over it, so that nothing of it runs. */
  readonly typesOnly: boolean;
  /** What is imported, by its name there; undefined when it may be everything. */
  readonly names: readonly string[] | undefined;
}

const quoted = (name: string, start = '') => `['"](?<${name}>${start}[^'"]+)['"]`;

/** Static imports and re-exports, imports for their effects, dynamic imports, files started by their URL. */
const importForms = new RegExp(
  [
    String.raw`(?:^|\n)[ \t]*(?:import|export)\s(?<names>[\w\s{},*$]*?)\s*from\s*${quoted('from')}`,
    String.raw`(?:^|\n)[ \t]*import\s*${quoted('bare')}`,
    String.raw`\bimport\(\s*${quoted('dynamic')}`,
    String.raw`new URL\(\s*${quoted('url', '\\.')},\s*import\.meta\.url`,
  ].join('|'),
  'g',
);

/** All imports of a source file: static, dynamic, and files started by their URL. */
export function importsOf({ path: importer, text }: ProjectFile): Import[] {
  const { withStrings, code } = codeView(text);
  const matches = [...withStrings.matchAll(importForms)].filter(({ 0: found, index }) => {
    // What stands in a string is blank in the code: it is no import.
    const start = index + found.length - found.trimStart().length;
    return code[start] === withStrings[start];
  });
  return matches.map((match) => {
    const { names = '', from, bare, dynamic, url } = match.groups ?? {};
    const specifier = from ?? bare ?? dynamic ?? url ?? '';
    const file = specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(importer), specifier)
      : undefined;
    const line = lineAt(text, match.index + (match[0].startsWith('\n') ? 1 : 0));
    const typesOnly = from !== undefined && onlyTypes(names);
    return { line, specifier, file, typesOnly, names: namesIn(names) };
  });
}

/** `type { A, b as c }` → A, b. */
function namesIn(names: string): readonly string[] | undefined {
  const braces = /^\s*(?:type\s)?\s*\{([^}]*)\}\s*$/.exec(names)?.[1];
  return braces
    ?.split(',')
    .map((name) => name.trim().replace(/^type\s+/, ''))
    .filter((name) => name !== '')
    .map((name) => name.split(/\s/)[0] ?? '');
}

/** `import type …`, or each name in the braces is marked as a type. */
function onlyTypes(names: string): boolean {
  if (/^type\s/.test(names.trim())) return true;
  const braces = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1];
  const inside = braces?.split(',').filter((name) => name.trim() !== '') ?? [];
  return inside.length > 0 && inside.every((name) => /^\s*type\s/.test(name));
}
