import { trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';

/** A line of a rule file after joining continued lines, without blanks at its ends. */
export interface LogicalLine {
  readonly text: ByteString;
  /** Its first physical line, counted from 1. */
  readonly line: number;
}

/** A backslash; blanks behind it do not count. */
const continuation = /\\[\t\n\v\f\r ]*$/;

/** True when the next physical line belongs to this one, which may itself be joined of several. */
export function isContinued(line: ByteString): boolean {
  return continuation.test(line);
}

/**
 * Splits a rule file into logical lines as SEC does: a `\` at the end of a line joins the
 * next physical line to it as it is, be it a comment or blank. A file that ends within
 * such a line loses it.
 */
export function logicalLines(text: ByteString): LogicalLine[] {
  const physical = text.split('\n');
  if (physical.at(-1) === '') physical.pop();
  const lines: LogicalLine[] = [];
  let pending = '';
  let start: number | undefined;
  for (const [index, raw] of physical.entries()) {
    start ??= index + 1;
    const joined = pending + raw;
    // The joined line counts: of two backslashes the second is used up by a blank line.
    if (isContinued(joined)) {
      pending = joined.replace(continuation, '');
      continue;
    }
    lines.push({ text: trimBlanks(joined), line: start });
    pending = '';
    start = undefined;
  }
  return lines;
}
