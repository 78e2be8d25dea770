import path from 'node:path';
import { codeView } from './code-view.ts';
import type { ProjectFile } from './project-files.ts';

/** Files that are named for what their exports are together, and what that is. */
const collections: Readonly<Record<string, string>> = {
  'senders/back-off.ts': 'how the pauses between attempts grow',
  'agent/sec/rules/bound.ts': 'texts and actions with the values of a match put in',
  'agent/sec/perl/truth.ts': 'what Perl takes for true',
  'agent/sec/regex/regex-analysis.ts': 'questions about a regular expression',
  'platform/command-line.ts': 'what all programs do with their command line',
  'platform/config-keys.ts': 'the kinds of values that keys have',
  'platform/config-schema.ts': 'how a table of keys reads a section',
};

/** Folders whose files hold families, each named for what its members have in common. */
const families: readonly string[] = ['agent/sec/actions/'];

/** File names that are not kebab-case, and files that are named for none of their exports. */
export function nameFaults({ path: file, text }: ProjectFile): string[] {
  const name = path.posix.basename(file).replace(/(?:\.test|\.d)?\.ts$/, '');
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return [`${file}: the name is not in kebab-case`];
  if (/(?:^|-)(?:utils?|helpers?|misc|common)(?:-|$)/.test(name)) {
    return [`${file}: the name says nothing about what is in it`];
  }
  const exported = exportsOf(text);
  const collected =
    Object.hasOwn(collections, file) || families.some((one) => file.startsWith(one));
  if (exported.length === 0 || collected) return [];
  if (exported.some((one) => isNamedFor(name, one))) return [];
  return [`${file}: named for none of its exports: ${exported.join(', ')}`];
}

/** The names that a source exports. */
export function exportsOf(text: string): string[] {
  return declarationsIn(text).map(({ name }) => name);
}

/** The same without those that are types only, and without a default, which is for who knows only the file. */
export function namedValuesOf(text: string): string[] {
  const values = declarationsIn(text).filter(
    ({ kind, isDefault }) => kind !== 'interface' && kind !== 'type' && !isDefault,
  );
  return values.map(({ name }) => name);
}

interface Declaration {
  readonly kind: string;
  readonly name: string;
  readonly isDefault: boolean;
}

function declarationsIn(text: string): Declaration[] {
  const declared = codeView(text).code.matchAll(
    /(?:^|\n)export (default )?(?:async )?(?:abstract )?(const|let|class|function\*?|interface|type)\s+([\w$]+)/g,
  );
  return [...declared].map(([, isDefault, kind = '', name = '']) => {
    return { kind, name, isDefault: isDefault !== undefined };
  });
}

/**
 * True when one of the words that a file's name consists of stands in the name of
 * what it exports: `admit-result` and admitResult, `regex-parser` and parseRegex.
 */
function isNamedFor(name: string, exported: string): boolean {
  const words = wordsOf(exported).map(stem);
  return name.split('-').some((word) => words.includes(stem(word)));
}

/** `readNscaPacket` → read, nsca, packet. */
function wordsOf(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .toLowerCase()
    .split(' ');
}

/** `keys` and `key`, `parser` and `parse`, `classes` and `class` are the same word. */
function stem(word: string): string {
  return word
    .replace(/ies$/, 'y')
    .replace(/(?:(?<=s)e)?s$/, '')
    .replace(/(?:er|e)$/, '');
}
