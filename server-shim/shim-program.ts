import type { ProgramDescription } from '../platform/command-line.ts';
import { type CommandLoaders, loadCommands } from '../platform/load-commands.ts';

const commands: CommandLoaders = {
  cert: async () => (await import('./commands/cert.ts')).addCertCommand,
  check: async () => (await import('./commands/check.ts')).addShimCheckCommand,
  config: async () => (await import('./commands/config.ts')).addShimConfigCommand,
  run: async () => (await import('./commands/run.ts')).addRunCommand,
  secret: async () => (await import('./commands/secret.ts')).addSecretCommand,
  status: async () => (await import('./commands/status.ts')).addShimStatusCommand,
  validate: async () => (await import('./commands/validate.ts')).addValidateCommand,
};

/**
 * `nagtail-shim`, as its command line and its manual describe it.
 * @param word the first one of the command line: when it is a command, the others are not loaded
 */
export async function shimProgram(word?: string): Promise<ProgramDescription> {
  return {
    name: 'nagtail-shim',
    summary: "Receives passive check results and writes them to Nagios' external command file.",
    defaultConfig: '/etc/nagtail-shim/nagtail-shim.ini',
    commandNames: Object.keys(commands),
    commands: await loadCommands(commands, word),
  };
}
