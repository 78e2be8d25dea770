import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import { addCheckCommand } from '../../platform/health-commands.ts';
import { agentHealth } from '../health/agent-health.ts';

/** `nagtail check self`: a Nagios plugin that judges the running agent. */
export function addAgentCheckCommand(parser: Argv<CommonOptions>): void {
  addCheckCommand(parser, agentHealth);
}
