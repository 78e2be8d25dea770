import { codeView, lineAt } from './code-view.ts';
import { tableRows } from './document-tables.ts';
import type { ProjectFile } from './project-files.ts';

/** A code that the programs log or raise, and where. */
export interface MessageCode {
  readonly code: string;
  readonly place: string;
}

/** Calls of a log whose code is not a literal there, and where its codes come from. */
const indirectCodes: Readonly<Record<string, string>> = {
  'agent/pipeline/start-pipeline.ts': 'passes on records of the pipeline thread',
  'server-shim/listen/nrdp-complaints.ts': 'logs what its own calls of #tell name',
  'server-shim/listen/limited-log.ts': 'passes on records of its callers',
  'server-shim/listen/nsca-complaints.ts': 'logs what its own calls of #tell name',
};

const logCall =
  /(?:\blog\.(?:error|warn|info|debug)|\blog\[level\]|\blog\.warn\))\s*\(\s*(?:'(?<code>[A-Z][A-Z0-9_]*)'|(?<indirect>[\w`(]))/g;
const aliasCall = /\btell\w*\(\s*'(?<code>[A-Z][A-Z0-9_]*)'/g;
/** A log's method under another name than `tell…`: its calls are not seen. */
const unseen =
  /\{[^{}]*\b(?:error|warn|info|debug)\b[^{}]*\}\s*=\s*[\w.#]*log\b|\b(?:const|let)\s+(?!tell)\w+\s*=[^;(]*\blog\.(?:error|warn|info|debug)\b(?!\s*\()/gi;

/** The codes of all log records that a source writes. */
export function logCodes({ path, text }: ProjectFile): MessageCode[] {
  const { withStrings } = codeView(text);
  const forms = [logCall, aliasCall, unseen];
  return forms
    .flatMap((form) => [...withStrings.matchAll(form)])
    .flatMap((match) => {
      const code = match.groups?.['code'];
      const place = `${path}:${lineAt(text, match.index)}`;
      if (code !== undefined) return [{ code, place }];
      return Object.hasOwn(indirectCodes, path) ? [] : [{ code: '(not a literal)', place }];
    });
}

/** The members of `type ErrorCode`. */
export function errorCodes({ path, text }: ProjectFile): MessageCode[] {
  const union = /type ErrorCode =([^;]*);/.exec(text)?.[1] ?? '';
  return [...union.matchAll(/'([A-Z0-9_]+)'/g)].map((match) => ({
    code: match[1] ?? '',
    place: path,
  }));
}

/**
 * Compares the codes with the tables of a document whose section's heading ends
 * in `codes`: each code has a row with a meaning and a remedy, each row a code.
 */
export function codeDocumentFaults(markdown: string, codes: readonly MessageCode[]): string[] {
  const rows = tableRows(markdown).filter(({ section }) => /codes$/.test(section));
  const documented = new Set(rows.map(({ cells }) => cells[0]));
  const known = new Set(codes.map(({ code }) => code));
  return [
    ...codes
      .filter(({ code }) => !documented.has(code))
      .map(({ code, place }) => `${place}: ${code} is not documented`),
    ...rows
      .filter(({ cells }) => !known.has(cells[0] ?? ''))
      .map(({ line, cells }) => `line ${line}: there is no code ${cells[0]}`),
    ...rows
      .filter(({ cells }) => cells.length < 3 || cells.includes(''))
      .map(({ line, cells }) => `line ${line}: ${cells[0]} lacks its meaning or its remedy`),
  ];
}
