import { setFlagsFromString } from 'node:v8';
import { runProgram } from '../platform/command-line.ts';
import { addAgentConfigCommand } from './commands/config.ts';
import { addEnrollCommand } from './commands/enroll.ts';
import { addHealthCommands } from './commands/health.ts';
import { addRunCommand } from './commands/run.ts';
import { addSecCommand, runSecCommand } from './commands/sec.ts';
import { addSendCommand } from './commands/send.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addValidateCommand } from './commands/validate.ts';

// A regular expression that backtracks too often goes on in V8's linear engine, which gives
// the same matches: otherwise one bad pattern could hold up all rules for hours.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

const [command, ...args] = process.argv.slice(2);
// Its options are SEC's, which no other reader understands.
if (command === 'sec') await runSecCommand(args);

await runProgram(
  {
    name: 'nagtail',
    summary:
      'Follows logs, correlates events with SEC rules, reports to Nagios as passive check results.',
    defaultConfig: '/etc/nagtail/nagtail.ini',
    commands: [
      addEnrollCommand,
      addRunCommand,
      addSecCommand,
      addSendCommand,
      addSimulateCommand,
      addValidateCommand,
      addHealthCommands,
      addAgentConfigCommand,
    ],
  },
  process.argv.slice(2),
);
