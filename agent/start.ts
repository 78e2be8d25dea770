import { enableCompileCache } from 'node:module';
import path from 'node:path';

// What was compiled once is found again: sources run without a build, and reading their types
// away takes most of the time of a start. Where the folder cannot be written nothing is kept.
// A bundle has no types, and must not leave files in the folder that a package put it into.
if (import.meta.filename.endsWith('.ts'))
  enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/nagtail'));

const [command, ...args] = process.argv.slice(2);
// `send` may be started for each single result: it loads nothing but what it needs.
if (command === 'send') await (await import('./commands/send.ts')).runSendCommand(args);
else await import('./main.ts');
