import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesBelow, productFolders } from './project-files.ts';
import { fileLinesMax, functionLinesMax, sizeFaults } from './sizes.ts';

test('files and functions are short enough to be read', () => {
  const sources = filesBelow([...productFolders, 'scripts', 'test', 'bench'], '.ts');
  assert.deepEqual(sources.flatMap(sizeFaults), []);
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
