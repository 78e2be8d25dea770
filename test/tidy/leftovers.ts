import { codeView, lineAt } from './code-view.ts';
import type { ProjectFile } from './project-files.ts';

interface Leftover {
  readonly what: RegExp;
  readonly why: string;
}

/** In any text of ours. The spelling keeps these lines from finding themselves. */
const inText: readonly Leftover[] = [
  { what: /\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b/g, why: 'an issue says it better' },
  { what: /(?<![\w.~-])\/(?:home|root|Users|w[o]rk)\//g, why: 'a path of one machine' },
];

/** In the code of sources. */
const inCode: readonly Leftover[] = [
  { what: /\bas any\b|:\s*any\b|<any\b|\bany\[\]/g, why: 'say what it is, or unknown' },
  { what: /\bdebugger\b/g, why: 'left from debugging' },
];

/** In the code of tests. */
const inTests: readonly Leftover[] = [
  { what: /\b(?:test|it|describe|suite)\.(?:only|skip|todo)\b/g, why: 'every test runs' },
  {
    // `skip` names why: the reason of a peer, or of a machine that cannot.
    what: /\b(?:only|todo):|\bskip:(?!\s*(?:[\w.()]|'[^']*'|\s*(?:\|\||\?\?)\s*)+\s*[,}\n])|\bskip:\s*(?:true\b|')|\.skip\(\s*\)|\.todo\(/g,
    why: 'every test runs, unless its peer is missing',
  },
];

const directives = /@ts-(?:ignore|expect-error|nocheck)/g;

/** What should not stay in a file that is committed. */
export function leftovers(file: ProjectFile): string[] {
  const found = inText.flatMap((one) => search(file, file.text, one));
  if (!file.path.endsWith('.ts')) return found;
  const { code } = codeView(file.text);
  const wanted = file.path.endsWith('.test.ts') ? [...inCode, ...inTests] : inCode;
  const typeHole = { what: directives, why: 'types hold everywhere' };
  return [
    ...found,
    ...wanted.flatMap((one) => search(file, code, one)),
    ...search(file, commentsOf(file.text), typeHole),
  ];
}

function search({ path }: ProjectFile, text: string, { what, why }: Leftover): string[] {
  return [...text.matchAll(what)].map(
    (match) => `${path}:${lineAt(text, match.index)}: ${match[0].trim()}: ${why}`,
  );
}

/** The comments of a text, everything else blanked. */
function commentsOf(text: string): string {
  const { withStrings } = codeView(text);
  return text.replace(/[^\n]/g, (character, at: number) =>
    withStrings[at] === character ? ' ' : character,
  );
}
