import { runProgram } from '../platform/command-line.ts';
import { addRunCommand } from './commands/run.ts';
import { addValidateCommand } from './commands/validate.ts';

await runProgram(
  {
    name: 'nagtail-shim',
    summary: "Receives passive check results and writes them to Nagios' external command file.",
    defaultConfig: '/etc/nagtail-shim/nagtail-shim.ini',
    commands: [addRunCommand, addValidateCommand],
  },
  process.argv.slice(2),
);
