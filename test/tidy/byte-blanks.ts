import { codeView, lineAt } from './code-view.ts';
import type { ProjectFile } from './project-files.ts';

/** Where texts are bytes and blanks are Perl's: see agent/sec/blanks.ts. */
const folder = 'agent/sec/';

/** What takes the byte 0xA0 for a blank; `[\s\S]` is any character, `\\s` a backslash and an s. */
const unicodeBlanks = /\.trim(?:Start|End)?\(|(?<![\\[]|\[\\s)\\[sS]|(?<=\[)\\[sS](?!\\[sS]\])/g;

/** The places of a file where JavaScript's blanks are used for Perl's. */
export function byteBlankFaults({ path, text }: ProjectFile): string[] {
  if (!path.startsWith(folder)) return [];
  const { withStrings } = codeView(text);
  return [...withStrings.matchAll(unicodeBlanks)].map(
    ({ 0: use, index }) =>
      `${path}:${lineAt(withStrings, index)}: ${use} also takes the byte 0xA0; see agent/sec/blanks.ts`,
  );
}
