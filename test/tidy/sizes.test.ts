import assert from 'node:assert/strict';
import { test } from 'node:test';
import { depthFaults } from './depths.ts';
import { filesBelow, productFolders } from './project-files.ts';
import { fileLinesMax, functionLinesMax, sizeFaults } from './sizes.ts';

test('files and functions are short enough to be read', () => {
  const sources = filesBelow([...productFolders, 'scripts', 'test', 'bench'], '.ts');
  assert.deepEqual(sources.flatMap(sizeFaults), []);
});

test('blocks are nested no deeper than can be followed', () => {
  const sources = filesBelow([...productFolders, 'scripts', 'test', 'bench'], '.ts');
  assert.deepEqual(sources.flatMap(depthFaults), []);
});

test('a block that is nested too deep is found; a function in it begins anew', () => {
  const three = 'for (const a of b) {\n  if (a) {\n    try {\n';
  const end = '\n    } finally {\n      f();\n    }\n  }\n}\n';
  const faultsOf = (inner: string) => depthFaults({ path: 'x.ts', text: three + inner + end });
  assert.deepEqual(faultsOf('const c = { a: 1 };'), []);
  assert.deepEqual(faultsOf('d(() => {\nif (e(1)) {\n}\n});'), []);
  assert.deepEqual(faultsOf('while (g(a, (b))) {\n}'), ['x.ts:4: nested 4 deep, more than 3']);
});

const body = (lines: number) => '  work();\n'.repeat(lines);
const deep = (lines: number) => '    work();\n'.repeat(lines);

test('a long file', () => {
  assert.deepEqual(sizeFaults({ path: 'x.ts', text: 'a;\n'.repeat(fileLinesMax) }), []);
  assert.equal(sizeFaults({ path: 'x.ts', text: 'a;\n'.repeat(fileLinesMax + 1) }).length, 1);
});

const heads = [
  ['a function', 'function f(): void {\n', body, '}\n'],
  ['an arrow function', 'const f = async (a: number) => {\n', body, '};\n'],
  ['a method', 'class A {\n  #f(a: A): B | undefined {\n', deep, '  }\n}\n'],
  ['a function with types', 'function f(a = {}): Map<A, () => B> {\n', body, '}\n'],
  ['parameters on lines of their own', 'function f(\n  a: number,\n): Map<A, B> {\n', body, '}\n'],
] as const;

for (const [name, head, inside, end] of heads) {
  test(`${name} that is too long`, () => {
    const withBody = (lines: number) =>
      sizeFaults({ path: 'x.ts', text: head + inside(lines) + end });
    assert.equal(withBody(functionLinesMax).length, 1);
    assert.equal(withBody(functionLinesMax - 10).length, 0);
  });
}

test('a long condition is no function', () => {
  for (const head of ['if (a) {\n', 'for (const a of b) {\n', 'if (\n  a &&\n  b\n) {\n']) {
    assert.deepEqual(sizeFaults({ path: 'x.ts', text: `${head}${body(90)}}\n` }), []);
  }
});
