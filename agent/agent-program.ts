import type { ProgramDescription } from '../platform/command-line.ts';
import { type CommandLoaders, loadCommands } from '../platform/load-commands.ts';

const commands: CommandLoaders = {
  check: async () => (await import('./commands/check.ts')).addAgentCheckCommand,
  config: async () => (await import('./commands/config.ts')).addAgentConfigCommand,
  enroll: async () => (await import('./commands/enroll.ts')).addEnrollCommand,
  run: async () => (await import('./commands/run.ts')).addRunCommand,
  sec: async () => (await import('./commands/sec.ts')).addSecCommand,
  send: async () => (await import('./commands/send.ts')).addSendCommand,
  simulate: async () => (await import('./commands/simulate.ts')).addSimulateCommand,
  status: async () => (await import('./commands/status.ts')).addAgentStatusCommand,
  validate: async () => (await import('./commands/validate.ts')).addValidateCommand,
};

/**
 * `nagtail`, as its command line and its manual describe it.
 * @param word the first one of the command line: when it is a command, the others are not loaded
 */
export async function agentProgram(word?: string): Promise<ProgramDescription> {
  return {
    name: 'nagtail',
    summary:
      'Follows logs, correlates events with SEC rules, reports to Nagios as passive check results.',
    defaultConfig: '/etc/nagtail/nagtail.ini',
    commandNames: Object.keys(commands),
    commands: await loadCommands(commands, word),
  };
}
