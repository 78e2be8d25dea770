import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import { runSec } from '../sec-command/run-sec.ts';

/** `nagtail sec`: listed among the commands; its own arguments never come here, see main.ts. */
export function addSecCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'sec [options..]',
    "SEC's own command line: use it where sec was used",
    (command) => command,
    () => runSecCommand([]),
  );
}

/** Runs SEC's command line and ends the process with SEC's exit code. */
export async function runSecCommand(args: readonly string[]): Promise<never> {
  // Children and connections of rules do not keep SEC from ending.
  process.exit(await runSec(args, process.env));
}
