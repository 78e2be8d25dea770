import { setFlagsFromString } from 'node:v8';
import { version } from '../platform/version.ts';

// A pattern of an identity that backtracks too often goes on in V8's linear engine, which
// gives the same matches: a careless one cannot hold up the receiver.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

const words = process.argv.slice(2);
const [first, ...others] = words;
if (others.length === 0 && (first === '--version' || first === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
  const { runProgram } = await import('../platform/command-line.ts');
  const { shimProgram } = await import('./shim-program.ts');
  await runProgram(await shimProgram(first), words);
}
