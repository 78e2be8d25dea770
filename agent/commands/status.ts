import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import { addStatusCommand } from '../../platform/health-commands.ts';
import { agentHealth } from '../health/agent-health.ts';

/** `nagtail status`: how the running agent is. */
export function addAgentStatusCommand(parser: Argv<CommonOptions>): void {
  addStatusCommand(parser, agentHealth);
}
