import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import { addConfigCommand } from '../../platform/config-command.ts';
import { shimSectionKinds } from '../config/shim-section-kinds.ts';
import { shimShape } from '../config/shim-shape.ts';

/** `nagtail-shim config show`: nagtail-shim.ini as it is in effect. */
export function addShimConfigCommand(parser: Argv<CommonOptions>): void {
  addConfigCommand(parser, shimSectionKinds, shimShape);
}
