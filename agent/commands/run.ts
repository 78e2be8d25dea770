import type { Argv } from 'yargs';
import { type CommonOptions, programLog } from '../../platform/command-line.ts';
import { loadAgentConfig } from '../config/agent-config.ts';
import { runAgent } from '../run/run-agent.ts';

/** `nagtail run`: the agent, in the foreground. */
export function addRunCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'run',
    'follow logs, run rules and report, in the foreground',
    (command) => command,
    (options) => {
      const load = () => loadAgentConfig(options.config);
      return runAgent(load(), load, programLog('nagtail', options));
    },
  );
}
