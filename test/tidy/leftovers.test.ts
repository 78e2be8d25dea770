import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftovers } from './leftovers.ts';
import { filesBelow } from './project-files.ts';

/** Endings of the files that people write; a file without an ending is a script. */
const endings = ['.ts', '.md', '.json', '.ini', '.sec', '.sh', '/Dockerfile', '.yml', '.service'];

test('nothing is left in the files that should not stay', () => {
  const texts = endings.flatMap((ending) => filesBelow(['.'], ending));
  const scripts = filesBelow(
    ['scripts', '.ci', 'test/support', 'test/oracle', 'test/fuzz'],
    '',
  ).filter(({ path }) => !endings.some((ending) => path.endsWith(ending)));
  assert.ok(scripts.length > 0 && texts.length > 0);
  assert.deepEqual([...texts, ...scripts].flatMap(leftovers), []);
});

const join = (...parts: string[]) => parts.join('');

const left: readonly (readonly [string, string])[] = [
  ['a.md', join('TO', 'DO: write this')],
  ['a.ts', join('// FIX', 'ME')],
  ['scripts/a', join('# X', 'XX')],
  ['a.ini', join('path = /ho', 'me/someone/nagtail')],
  ['a.ts', 'const a = b as any;'],
  ['a.ts', 'function f(a: any) {}'],
  ['a.ts', join('// @ts', '-ignore')],
  ['a.ts', 'debugger;'],
  ['a.test.ts', "test.only('a', () => {});"],
  ['a.test.ts', "describe.skip('a', () => {});"],
  ['a.test.ts', "test('a', { skip: true }, () => {});"],
  ['a.test.ts', "test('a', { skip: 'later' }, () => {});"],
  ['a.test.ts', "test('a', { skip: process.platform !== 'linux' }, () => {});"],
  ['a.test.ts', "test('a', { only: isWanted }, () => {});"],
  ['a.test.ts', 't.skip();'],
];

for (const [path, text] of left) {
  test(`left over: ${path}: ${text}`, () => {
    assert.equal(leftovers({ path, text }).length, 1);
  });
}

const fine: readonly (readonly [string, string])[] = [
  ['a.sh', 'mktemp /tmp/x.XXXXXX'],
  ['a.ts', "const text = 'as any'; // any: any"],
  ['a.test.ts', "test('a', { skip: peer.skip }, () => {});"],
  ['a.test.ts', "test('a', { skip: peer('x').skip }, () => {});"],
  ['a.test.ts', "test('a', {\n  skip: noDisk(),\n}, () => {});"],
  ['a.md', 'see https://example.com/home/x and ~/work/x'],
];

for (const [path, text] of fine) {
  test(`fine: ${path}: ${text}`, () => {
    assert.deepEqual(leftovers({ path, text }), []);
  });
}
