import { setFlagsFromString } from 'node:v8';
import { runProgram } from '../platform/command-line.ts';
import { shimProgram } from './shim-program.ts';

// A pattern of an identity that backtracks too often goes on in V8's linear engine, which
// gives the same matches: a careless one cannot hold up the receiver.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

await runProgram(shimProgram, process.argv.slice(2));
