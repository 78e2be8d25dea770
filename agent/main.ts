import { runProgram } from '../platform/command-line.ts';
import { addRunCommand } from './commands/run.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addValidateCommand } from './commands/validate.ts';

await runProgram(
  {
    name: 'nagtail',
    summary:
      'Follows logs, correlates events with SEC rules, reports to Nagios as passive check results.',
    defaultConfig: '/etc/nagtail/nagtail.ini',
    commands: [addRunCommand, addSimulateCommand, addValidateCommand],
  },
  process.argv.slice(2),
);
