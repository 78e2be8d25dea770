import type { HealthOf } from '../../platform/health-commands.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { readShimConfig } from '../config/shim-config.ts';
import { shimSectionKinds } from '../config/shim-section-kinds.ts';
import type { ShimStatus } from '../metrics/shim-status.ts';
import { checkShim } from './check-shim.ts';
import { describeShim } from './describe-shim.ts';

/** What the receiver knows of the answers of its running self. */
export const shimHealth: HealthOf<ShimStatus> = {
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
