import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportsOf, namedValuesOf, nameFaults } from './names.ts';
import { filesBelow, productFolders } from './project-files.ts';

test('files are named for what they export', () => {
  const sources = filesBelow([...productFolders, 'scripts', 'test', 'bench'], '.ts');
  assert.deepEqual(sources.flatMap(nameFaults), []);
});

test('all kinds of exports are seen', () => {
  const text = [
    'export const a = 1;',
    'export async function b() {}',
    'export function* c() {}',
    'export default class D {}',
    'export interface E {}',
    'export type F = 1;',
    '// export const no = 1;',
    'const g = 1;',
  ].join('\n');
  assert.deepEqual(exportsOf(text), ['a', 'b', 'c', 'D', 'E', 'F']);
  assert.deepEqual(namedValuesOf(text), ['a', 'b', 'c']);
});

const cases: readonly (readonly [string, string, boolean])[] = [
  ['agent/nscaSender.ts', 'export class NscaSender {}', false],
  ['agent/nsca-sender.ts', 'export class NscaSender {}', true],
  ['agent/commands/run.ts', 'export function addRunCommand() {}', true],
  ['agent/agent-keys.ts', 'export const agentKey = 1;', true],
  ['agent/main.ts', 'await run();', true],
  ['agent/sender.ts', 'export class Receiver {}', false],
  ['agent/string-utils.ts', 'export const stringUtils = 1;', false],
];

for (const [path, text, good] of cases) {
  test(`${path}: ${text}`, () => {
    assert.equal(nameFaults({ path, text }).length, good ? 0 : 1);
  });
}
