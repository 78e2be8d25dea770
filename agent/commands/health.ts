import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import {
  addCheckCommand,
  addStatusCommand,
  type HealthOf,
} from '../../platform/health-commands.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { readAgentConfig } from '../config/agent-config.ts';
import { agentSectionKinds } from '../config/agent-section-kinds.ts';
import { checkAgent } from '../health/check-agent.ts';
import { describeAgent } from '../health/describe-agent.ts';
import type { AgentStatus } from '../metrics/agent-status.ts';

const agentHealth: HealthOf<AgentStatus> = {
  title: 'NAGTAIL',
  // Secrets, which whoever asks may not be able to read, are not needed for it.
  socketOf: (file) => readAgentConfig(readConfigFile(file, agentSectionKinds)).metrics?.socket,
  isStatus: (answer): answer is AgentStatus =>
    typeof answer === 'object' &&
    answer !== null &&
    'program' in answer &&
    answer.program === 'nagtail',
  describe: describeAgent,
  check: checkAgent,
};

/** `nagtail status`: how the running agent is. */
export function addAgentStatusCommand(parser: Argv<CommonOptions>): void {
  addStatusCommand(parser, agentHealth);
}

/** `nagtail check self`: a Nagios plugin that judges it. */
export function addAgentCheckCommand(parser: Argv<CommonOptions>): void {
  addCheckCommand(parser, agentHealth);
}
