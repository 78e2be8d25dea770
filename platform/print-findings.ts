import { printable } from './log.ts';
import { formatProblem, inFileOrder, type Problem } from './problem.ts';

/**
 * Prints what a check has found, on standard output as a rule: `FILE:LINE: problem` a line,
 * or one JSON object a line; without findings a line that says what was checked.
 */
export function printFindings(
  problems: readonly Problem[],
  checked: string,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
  output: NodeJS.WritableStream = process.stdout,
): void {
  for (const problem of inFileOrder(problems)) {
    const { place, severity, message } = problem;
    const line = json
      ? JSON.stringify({ ...place, severity, message })
      : printable(formatProblem(problem));
    output.write(`${line}\n`);
  }
  if (json || (quiet && problems.length === 0)) return;
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  output.write(`${printable(checked)}: ${problems.length === 0 ? 'no problems' : count}\n`);
}
