import type { ProgramDescription } from '../platform/command-line.ts';

/** Each command with what it needs, loaded when it is asked for: most of it is of no use to the others. */
const commands = {
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
  const wanted = Object.entries(commands).filter(([name]) => name === word);
  const loaders = wanted.length > 0 ? wanted : Object.entries(commands);
  return {
    name: 'nagtail',
    summary:
      'Follows logs, correlates events with SEC rules, reports to Nagios as passive check results.',
    defaultConfig: '/etc/nagtail/nagtail.ini',
    commands: await Promise.all(loaders.map(([, load]) => load())),
  };
}
