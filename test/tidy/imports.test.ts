import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importCycles, unusedKnots } from './import-cycles.ts';
import { importLawFaults, lawDocumentFaults } from './import-law.ts';
import { importsOf } from './imports-of.ts';
import { manifest } from './manifest.ts';
import { filesBelow, productFolders, projectFile } from './project-files.ts';

const sources = filesBelow([...productFolders, 'scripts', 'test', 'bench'], '.ts');
const packages = new Set(manifest().all.keys());

test('every import keeps the import law', () => {
  assert.deepEqual(
    sources.flatMap((file) => importLawFaults(file, packages)),
    [],
  );
});

test('docs/ARCHITECTURE.md tells the import law as it is', () => {
  const { text } = projectFile('docs/ARCHITECTURE.md');
  assert.deepEqual(lawDocumentFaults(text, productFolders), []);
  const other = text.replace('types of `agent/sec/perl/`', '`senders/`');
  assert.deepEqual(lawDocumentFaults(other, productFolders), [
    'agent/perl/: agent/sec/perl/ is not told',
    'agent/perl/ may not import senders/',
  ]);
});

test('no files import each other in a circle', () => {
  assert.deepEqual(importCycles(sources), []);
});

test('all forms of imports are seen', () => {
  const text = [
    "import a, { type B } from './a.ts';",
    "import type { C } from '../c.ts';",
    "import { type D, type E } from 'd';",
    "import 'node:e';",
    "export { f } from './f.ts';",
    "const g = await import('ini/h');",
    "new Worker(new URL('./w.ts', import.meta.url));",
    "// import x from './no.ts'",
    "const text = `import x from './no.ts'`;",
    'import {',
    '  h,',
    "} from './h.ts';",
  ].join('\n');
  const found = importsOf({ path: 'x/y/z.ts', text });
  assert.deepEqual(
    found.map(({ line, specifier, file, typesOnly }) => [line, specifier, file, typesOnly]),
    [
      [1, './a.ts', 'x/y/a.ts', false],
      [2, '../c.ts', 'x/c.ts', true],
      [3, 'd', undefined, true],
      [4, 'node:e', undefined, false],
      [5, './f.ts', 'x/y/f.ts', false],
      [6, 'ini/h', undefined, false],
      [7, './w.ts', 'x/y/w.ts', false],
      [10, './h.ts', 'x/y/h.ts', false],
    ],
  );
});

const unlawful: readonly (readonly [string, string])[] = [
  ['platform/x.ts', "import { a } from '../protocol/a.ts';"],
  ['protocol/x.ts', "import { a } from '../platform/a.ts';"],
  ['protocol/x.ts', "import fs from 'node:fs';"],
  ['protocol/x.ts', "import ini from 'ini';"],
  ['agent/x.ts', "import { a } from '../server-shim/a.ts';"],
  ['agent/sec/x.ts', "import { a } from '../../platform/a.ts';"],
  ['agent/sec/x.ts', "import { a } from '../input/a.ts';"],
  ['agent/perl/x.ts', "import { a } from '../sec/perl/a.ts';"],
  ['agent/sec/x.ts', "import { a } from 'node:crypto';"],
  ['server-shim/x.ts', "import type { A } from '../agent/a.ts';"],
  ['server-shim/admit/x.ts', "import { a } from '../sink/a.ts';"],
  ['agent/x.ts', "import { a } from '../test/support/a.ts';"],
  ['agent/x.ts', "import a from 'not-in-the-manifest';"],
  ['elsewhere/x.ts', ''],
];

for (const [path, text] of unlawful) {
  test(`unlawful: ${path}: ${text}`, () => {
    assert.equal(importLawFaults({ path, text }, packages).length, 1);
  });
}

test('lawful imports', () => {
  const text = [
    "import type { Log } from '../../platform/log.ts';",
    "import { bytesOf } from '../../protocol/byte-string.ts';",
    "import { a } from './rules/a.ts';",
  ].join('\n');
  assert.deepEqual(importLawFaults({ path: 'agent/sec/x.ts', text }, packages), []);
});

test('every exception from that is still needed', () => {
  assert.deepEqual(unusedKnots(sources), []);
});

test('a circle is found, and named once', () => {
  const files = [
    { path: 'a.ts', text: "import './b.ts';" },
    { path: 'b.ts', text: "import type { C } from './c.ts';" },
    { path: 'c.ts', text: "export * from './b.ts';" },
  ];
  assert.deepEqual(importCycles(files), ['b.ts → c.ts → b.ts']);
});
