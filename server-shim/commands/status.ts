import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import { addStatusCommand } from '../../platform/health-commands.ts';
import { shimHealth } from '../health/shim-health.ts';

/** `nagtail-shim status`: how the running receiver is. */
export function addShimStatusCommand(parser: Argv<CommonOptions>): void {
  addStatusCommand(parser, shimHealth);
}
