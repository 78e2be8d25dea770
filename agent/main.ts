import { setFlagsFromString } from 'node:v8';
import { version } from '../platform/version.ts';

// A regular expression that backtracks too often goes on in V8's linear engine, which gives
// the same matches: otherwise one bad pattern could hold up all rules for hours.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

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
  const { agentProgram } = await import('./agent-program.ts');
  await runProgram(await agentProgram(first), words);
}
