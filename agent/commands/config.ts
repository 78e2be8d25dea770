import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import { addConfigCommand } from '../../platform/config-command.ts';
import { agentSectionKinds } from '../config/agent-section-kinds.ts';
import { agentShape } from '../config/agent-shape.ts';

/** `nagtail config show`: nagtail.ini as it is in effect. */
export function addAgentConfigCommand(parser: Argv<CommonOptions>): void {
  addConfigCommand(parser, agentSectionKinds, agentShape);
}
