import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import { addCheckCommand } from '../../platform/health-commands.ts';
import { shimHealth } from '../health/shim-health.ts';

/** `nagtail-shim check self`: a Nagios plugin that judges the running receiver. */
export function addShimCheckCommand(parser: Argv<CommonOptions>): void {
  addCheckCommand(parser, shimHealth);
}
