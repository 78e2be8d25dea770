import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectFile, projectRoot } from './project-files.ts';

const { text } = projectFile('docs/ARCHITECTURE.md');

/** Folders in a folder, as the document writes them. */
function foldersIn(folder: string): string[] {
  return readdirSync(path.join(projectRoot, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$|^dist$/.test(entry.name))
    .map(({ name }) => `\`${path.posix.join(folder, name)}/\``);
}

test('docs/ARCHITECTURE.md names every folder of the project and of both programs', () => {
  const others = ['`agent/`', '`server-shim/`', '`protocol/`'];
  const folders = [...foldersIn('.'), ...foldersIn('agent'), ...foldersIn('server-shim')];
  assert.ok(folders.length > 30);
  const missing = folders.filter((folder) => !others.includes(folder) && !text.includes(folder));
  assert.deepEqual(missing, []);
});

test('and nothing that is gone', () => {
  const tops = '(?:agent|server-shim|senders|protocol|platform|scripts|config|test|bench)';
  const named = text.matchAll(new RegExp(`\`(${tops}/[\\w./-]*)\``, 'g'));
  const paths = [...named].map(([, file = '']) => file);
  assert.ok(paths.length > 40);
  assert.deepEqual(
    paths.filter((file) => !existsSync(path.join(projectRoot, file))),
    [],
  );
});
