import { setFlagsFromString } from 'node:v8';
import { version } from '../platform/version.ts';

// A regular expression that backtracks too often goes on in V8's linear engine, which gives
// the same matches: otherwise one bad pattern could hold up all rules for hours.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

/** Each command with what it needs, loaded when it is asked for: most of it is of no use to the others. */
const commands = {
  config: async () => (await import('./commands/config.ts')).addAgentConfigCommand,
  enroll: async () => (await import('./commands/enroll.ts')).addEnrollCommand,
  run: async () => (await import('./commands/run.ts')).addRunCommand,
  sec: async () => (await import('./commands/sec.ts')).addSecCommand,
  send: async () => (await import('./commands/send.ts')).addSendCommand,
  simulate: async () => (await import('./commands/simulate.ts')).addSimulateCommand,
  validate: async () => (await import('./commands/validate.ts')).addValidateCommand,
  // Several, none of which has this name: they are there when all are loaded.
  'health commands': async () => (await import('./commands/health.ts')).addHealthCommands,
};

const words = process.argv.slice(2);
const [first, ...others] = words;
if (others.length === 0 && (first === '--version' || first === '-V')) {
  process.stdout.write(`${version}\n`);
} else if (first === 'sec') {
  // Its options are SEC's, which no other reader understands.
  const { runSecCommand } = await import('./commands/sec.ts');
  await runSecCommand(others);
} else {
  const { runProgram } = await import('../platform/command-line.ts');
  const wanted = Object.entries(commands).filter(([name]) => name === first);
  const loaders = wanted.length > 0 ? wanted : Object.entries(commands);
  await runProgram(
    {
      name: 'nagtail',
      summary:
        'Follows logs, correlates events with SEC rules, reports to Nagios as passive check results.',
      defaultConfig: '/etc/nagtail/nagtail.ini',
      commands: await Promise.all(loaders.map(([, load]) => load())),
    },
    words,
  );
}
