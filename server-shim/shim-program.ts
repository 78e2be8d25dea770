import type { ProgramDescription } from '../platform/command-line.ts';
import { addCertCommand } from './commands/cert.ts';
import { addShimConfigCommand } from './commands/config.ts';
import { addHealthCommands } from './commands/health.ts';
import { addRunCommand } from './commands/run.ts';
import { addSecretCommand } from './commands/secret.ts';
import { addValidateCommand } from './commands/validate.ts';

/** `nagtail-shim`, as its command line and its manual describe it. */
export const shimProgram: ProgramDescription = {
  name: 'nagtail-shim',
  summary: "Receives passive check results and writes them to Nagios' external command file.",
  defaultConfig: '/etc/nagtail-shim/nagtail-shim.ini',
  commands: [
    addRunCommand,
    addValidateCommand,
    addCertCommand,
    addSecretCommand,
    addHealthCommands,
    addShimConfigCommand,
  ],
};
