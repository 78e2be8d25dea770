import { setFlagsFromString } from 'node:v8';
import { runProgram } from '../platform/command-line.ts';
import { addCertCommand } from './commands/cert.ts';
import { addShimConfigCommand } from './commands/config.ts';
import { addHealthCommands } from './commands/health.ts';
import { addRunCommand } from './commands/run.ts';
import { addSecretCommand } from './commands/secret.ts';
import { addValidateCommand } from './commands/validate.ts';

// A pattern of an identity that backtracks too often goes on in V8's linear engine, which
// gives the same matches: a careless one cannot hold up the receiver.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

await runProgram(
  {
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
  },
  process.argv.slice(2),
);
