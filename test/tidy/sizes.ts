import { codeView } from './code-view.ts';
import type { ProjectFile } from './project-files.ts';

/** A file that is longer wants to be two. */
export const fileLinesMax = 400;

/** A function fits on a screen. */
export const functionLinesMax = 70;

/** The files and functions that are too long. Tests are lists of cases and may be. */
export function sizeFaults(file: ProjectFile): string[] {
  if (file.path.endsWith('.test.ts')) return [];
  const lines = file.text.split('\n').length - 1;
  const faults: string[] = [];
  if (lines > fileLinesMax) faults.push(`${file.path}: ${lines} lines, more than ${fileLinesMax}`);
  for (const { line, length } of functionsOf(file.text)) {
    if (length <= functionLinesMax) continue;
    faults.push(
      `${file.path}:${line}: a function of ${length} lines, more than ${functionLinesMax}`,
    );
  }
  return faults;
}

/** Blocks that are no functions although parentheses stand before their brace. */
const otherBlock = /^\s*(?:\} )?(?:else )?(?:if|for|while|switch|catch|with)\b/;

/**
 * The functions of a formatted source: the formatter gives the closing line of a
 * body the indentation of its head, so no parser is needed.
 */
function functionsOf(text: string): { readonly line: number; readonly length: number }[] {
  const lines = codeView(text).code.split('\n');
  return lines.flatMap((line, index) => {
    if (!/(?:=>|\)(?:: .+)?) \{\s*$/.test(line)) return [];
    const indent = indentOf(line);
    const head = /^\s*\)/.test(line) ? headOf(lines, index, indent) : index;
    if (otherBlock.test(lines[head] ?? '')) return [];
    const end = lines.findIndex(
      (later, at) => at > index && later.trim() !== '' && indentOf(later) <= indent,
    );
    return [{ line: head + 1, length: end - head + 1 }];
  });
}

/** The line that opened the parentheses which a line at this indentation closes. */
function headOf(lines: readonly string[], closing: number, indent: number): number {
  for (let at = closing - 1; at >= 0; at--) {
    const line = lines[at] ?? '';
    if (line.trim() !== '' && indentOf(line) <= indent) return at;
  }
  return closing;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
