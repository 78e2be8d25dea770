import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { manualPages } from './pages.ts';

/** Writes the manual pages into docs/man, from where packages take them. */
const folder = path.join(import.meta.dirname, '../../docs/man');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(await manualPages())) {
  writeFileSync(path.join(folder, name), text);
}
