import { enableCompileCache } from 'node:module';
import path from 'node:path';

// What was compiled once is found again: sources run without a build, and reading their types
// away takes most of the time of a start. Where the folder cannot be written nothing is kept.
enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/nagtail'));
await import('./main.ts');
