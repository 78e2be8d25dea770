import { outputBytesMax } from '../protocol/batch/batch-limits.ts';
import { type ResultRow, rowFault } from '../protocol/batch/result-row.ts';

/** A result as it can be sent, or why it cannot. */
export type SendableRow =
  | { readonly sendable: ResultRow; readonly cut: boolean }
  | { readonly sendable: undefined; readonly fault: string };

/** Cuts an output that is too long; the same result gives always the same. */
export function sendableRow(row: ResultRow): SendableRow {
  const { seq, result } = row;
  const cut = result.output.length > outputBytesMax;
  const sendable = cut
    ? { seq, result: { ...result, output: result.output.slice(0, outputBytesMax) } }
    : row;
  const fault = rowFault(sendable);
  return fault === undefined ? { sendable, cut } : { sendable: undefined, fault };
}
