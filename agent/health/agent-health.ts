import type { HealthOf } from '../../platform/health-commands.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { readAgentConfig } from '../config/agent-config.ts';
import { agentSectionKinds } from '../config/agent-section-kinds.ts';
import type { AgentStatus } from '../metrics/agent-status.ts';
import { checkAgent } from './check-agent.ts';
import { describeAgent } from './describe-agent.ts';

/** What the agent knows of the answers of its running self. */
export const agentHealth: HealthOf<AgentStatus> = {
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
