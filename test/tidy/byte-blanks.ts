import { codeView, lineAt } from './code-view.ts';
import type { ProjectFile } from './project-files.ts';

/** Where texts are bytes, and blanks are Perl's and C's: see protocol/blanks.ts. */
const byteReaders = ['agent/sec/', 'agent/send/', 'server-shim/config/nsca-cfg.ts'];

/** What takes the byte 0xA0 for a blank; `[\s\S]` is any character, `\\s` a backslash and an s. */
const unicodeBlanks = /\.trim(?:Start|End)?\(|(?<![\\[]|\[\\s)\\[sS]|(?<=\[)\\[sS](?!\\[sS]\])/g;

/** The places of a file where JavaScript's blanks are used for those of bytes. */
export function byteBlankFaults({ path, text }: ProjectFile): string[] {
  if (!byteReaders.some((reader) => path.startsWith(reader))) return [];
  const { withStrings } = codeView(text);
  return [...withStrings.matchAll(unicodeBlanks)].map(
    ({ 0: use, index }) =>
      `${path}:${lineAt(withStrings, index)}: ${use} also takes the byte 0xA0; see protocol/blanks.ts`,
  );
}
