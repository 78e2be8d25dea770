import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import {
  addCheckCommand,
  addStatusCommand,
  type HealthOf,
} from '../../platform/health-commands.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { readShimConfig } from '../config/shim-config.ts';
import { shimSectionKinds } from '../config/shim-section-kinds.ts';
import { checkShim } from '../health/check-shim.ts';
import { describeShim } from '../health/describe-shim.ts';
import type { ShimStatus } from '../metrics/shim-status.ts';

const shimHealth: HealthOf<ShimStatus> = {
  title: 'NAGTAIL-SHIM',
  // Secrets, which whoever asks may not be able to read, are not needed for it.
  socketOf: (file) => readShimConfig(readConfigFile(file, shimSectionKinds)).metrics?.socket,
  isStatus: (answer): answer is ShimStatus =>
    typeof answer === 'object' &&
    answer !== null &&
    'program' in answer &&
    answer.program === 'nagtail-shim',
  describe: describeShim,
  check: checkShim,
};

/** `nagtail-shim status` and `nagtail-shim check self`: how the running receiver is. */
export function addHealthCommands(parser: Argv<CommonOptions>): void {
  addStatusCommand(parser, shimHealth);
  addCheckCommand(parser, shimHealth);
}
