import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesBelow, productFolders } from './project-files.ts';
import { unusedExports } from './unused-exports.ts';

test('every export is imported somewhere', () => {
  const sources = filesBelow([...productFolders, 'scripts', 'test', 'bench'], '.ts');
  assert.deepEqual(unusedExports(sources), []);
});

test('an export that nobody imports is found, in whatever form others are imported', () => {
  const files = [
    {
      path: 'x/a.ts',
      text: 'export const a = 1;\nexport type B = 1;\nexport function c() {}\nexport type D = 1;',
    },
    { path: 'x/whole.ts', text: 'export const d = 1;' },
    { path: 'x/thread.ts', text: 'export const e = 1;' },
    {
      path: 'x/b.ts',
      text: [
        "import { a as other } from './a.ts';",
        "import type { B } from './a.ts';",
        "import * as whole from './whole.ts';",
        "new Worker(new URL('./thread.ts', import.meta.url));",
        "const text = `import { c } from './a.ts'`;",
      ].join('\n'),
    },
  ];
  assert.deepEqual(unusedExports(files), ['x/a.ts: c']);
});
