import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentShape } from '../../agent/config/agent-shape.ts';
import { wholeNumber, yesNo } from '../../platform/config-keys.ts';
import type { Key, KeyTable } from '../../platform/config-schema.ts';
import type { ConfigShape } from '../../platform/config-shape.ts';
import { shimShape } from '../../server-shim/config/shim-shape.ts';
import { Counters } from '../../server-shim/counters.ts';
import { brokenLinks } from './broken-links.ts';
import { decisionNumberFaults } from './decision-numbers.ts';
import { tableRows } from './document-tables.ts';
import { type DocumentedSection, keyDocumentFaults } from './documented-keys.ts';
import { manifest } from './manifest.ts';
import { codeDocumentFaults, errorCodes, logCodes } from './message-codes.ts';
import { filesBelow, productFolders, projectFile } from './project-files.ts';

/** The sections of a configuration, each with the keys that its heading in docs/CONFIGURATION.md is about. */
function documentedSections(shape: ConfigShape): readonly DocumentedSection[] {
  return shape.flatMap(({ kind, name, keys, variants }) => {
    const section = name === '' ? `[${kind}]` : `[${kind}.${name}]`;
    const varied = Object.entries(variants?.of ?? {});
    return [
      { section, keys },
      ...varied.map(([value, more]) => ({ section: `${variants?.by} = ${value}`, keys: more })),
    ];
  });
}

const errors = projectFile('platform/errors.ts');

const read = (path: string) => projectFile(path).text;
const firstCells = (path: string) => tableRows(read(path)).map(({ cells }) => cells[0]);

test('every configuration key is documented with its default, and no other', () => {
  const sections = [agentShape, shimShape].flatMap(documentedSections);
  assert.ok(sections.length > 20);
  assert.deepEqual(keyDocumentFaults(read('docs/CONFIGURATION.md'), sections), []);
});

test('every key that is declared stands in a shape: what shows and describes keys knows it', async () => {
  const tables = [agentShape, shimShape].flatMap((shape) => shape.flatMap(tablesOf));
  const known = new Set(tables.flatMap((table) => Object.values(table)));
  const files = filesBelow(productFolders, '-keys.ts').filter(
    ({ path }) => !path.includes('config-keys'),
  );
  assert.ok(files.length > 8);
  for (const { path } of files) {
    const exported: Record<string, unknown> = await import(`../../${path}`);
    const lost = Object.values(exported)
      .flatMap((value) => (isKey(value) ? [value] : Object.values(value ?? {}).filter(isKey)))
      .filter((key) => !known.has(key));
    assert.deepEqual(
      lost.map(({ about }) => about),
      [],
      path,
    );
  }
});

function tablesOf({ keys, variants }: ConfigShape[number]): readonly KeyTable[] {
  return [keys, ...Object.values(variants?.of ?? {})];
}

function isKey(value: unknown): value is Key<unknown> {
  return typeof value === 'object' && value !== null && 'read' in value && 'about' in value;
}

test('every code of an error or of a log record is documented, and no other', () => {
  const codes = [...filesBelow(productFolders, '.ts').flatMap(logCodes), ...errorCodes(errors)];
  assert.ok(codes.length > 40);
  assert.deepEqual(codeDocumentFaults(read('docs/MESSAGES.md'), codes), []);
});

test('every code of an error is raised somewhere', () => {
  const product = filesBelow(productFolders, '.ts').filter(({ path }) => path !== errors.path);
  const raised = (code: string) => product.some(({ text }) => text.includes(`'${code}'`));
  // ConfigError raises it itself.
  const codes = errorCodes(errors).filter(({ code }) => code !== 'CONFIG_INVALID');
  assert.deepEqual(
    codes.filter(({ code }) => !raised(code)),
    [],
  );
});

test('every counter is documented', () => {
  const documented = firstCells('docs/MESSAGES.md');
  const counters = Object.keys(new Counters().snapshot());
  assert.deepEqual(
    counters.filter((name) => !documented.includes(name)),
    [],
  );
});

test('every package is documented, and no other', () => {
  const rows = tableRows(read('docs/DEPENDENCIES.md'));
  assert.deepEqual(
    rows.map(({ cells }) => cells[0]).toSorted(),
    [...manifest().all.keys()].toSorted(),
  );
  for (const { cells } of rows) assert.ok(cells.length === 4 && !cells.includes(''), cells[0]);
});

test('every relative link leads somewhere', () => {
  assert.deepEqual(
    filesBelow(['.'], '.md').flatMap((file) => brokenLinks(file, read)),
    [],
  );
});

test('rows of tables', () => {
  const markdown = '## `[a.b]`\n\n| key | x |\n| --- | :-- |\n| `k` | a \\| b |\n\n| no ruler |\n';
  assert.deepEqual(tableRows(markdown), [
    { line: 5, section: '[a.b]', cells: ['k', 'a | b'] },
    { line: 7, section: '[a.b]', cells: ['no ruler'] },
  ]);
});

test('a key that is missing, unknown, or has another default', () => {
  const keys = {
    good: yesNo('', { otherwise: false }),
    other: wholeNumber('', { min: 1, max: 9, unit: 'x', otherwise: 5 }),
    needed: yesNo(''),
    missing: yesNo(''),
  };
  const table = [
    '| good | no | |',
    '| other | 6 | |',
    '| needed | must be given | |',
    '| old | 1 | |',
  ];
  const markdown = ['# [s]', '| key | default | meaning |', '| --- | --- | --- |', ...table].join(
    '\n',
  );
  assert.deepEqual(keyDocumentFaults(markdown, [{ section: '[s]', keys }]), [
    '[[s]] missing is not documented',
    'line 5: the default of other is 5',
    'line 7: [s] has no key old',
  ]);
});

test('codes in all forms of calls', () => {
  const text = [
    "log.info('A_B', 'x');",
    "this.#log.warn(\n  'C',",
    "(bad ? log.error : log.warn)('D', 'x');",
    "tell('E', text);",
    'log.error(code, text);',
    'log.error(`A_B`, text);',
    'const { warn } = this.#log;',
    'const say = isBad ? log.error : log.warn;',
    'const { level } = this.#log;',
    "// log.info('NO')",
  ].join('\n');
  const found = logCodes({ path: 'agent/x.ts', text });
  assert.deepEqual(found.map(({ code }) => code).toSorted(), [
    '(not a literal)',
    '(not a literal)',
    '(not a literal)',
    '(not a literal)',
    'A_B',
    'C',
    'D',
    'E',
  ]);
});

test('a code that is missing, unknown, or not explained', () => {
  const codes = ['A', 'B', 'C'].map((code) => ({ code, place: 'x.ts:1' }));
  const markdown =
    '# Log codes\n| code | meaning | what to do |\n| --- | --- | --- |\n| A | a | b |\n| B | | b |\n| D | d | d |';
  assert.deepEqual(codeDocumentFaults(markdown, codes), [
    'x.ts:1: C is not documented',
    'line 6: there is no code D',
    'line 5: B lacks its meaning or its remedy',
  ]);
});

test('a link to nowhere', () => {
  const text =
    '# One Two\n[a](../package.json) [b](no.md) [c](#one-two) [d](#three) [e](https://x.y) `[f](no)`';
  assert.deepEqual(brokenLinks({ path: 'docs/x.md', text }, read), [
    'docs/x.md: no such file: no.md',
    'docs/x.md: no such heading: #three',
  ]);
});

test('each decision has a number of its own', () => {
  assert.deepEqual(decisionNumberFaults(filesBelow(['docs/decisions'], '.md')), []);
  const decision = (path: string, heading: string) => ({ path, text: `${heading}\n` });
  assert.deepEqual(
    decisionNumberFaults([
      decision('docs/decisions/0001-a.md', '# 1. A'),
      decision('docs/decisions/0001-b.md', '# 1. B'),
      decision('docs/decisions/0002-c.md', '# 3. C'),
    ]),
    [
      'docs/decisions/0001-b.md: another decision has this number',
      'docs/decisions/0002-c.md: its heading must begin with "# 2. "',
    ],
  );
});
