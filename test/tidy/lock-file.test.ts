import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingFromLock } from './lock-file.ts';
import { projectFile } from './project-files.ts';

test('npm ci can use the lock, on every kind of machine', () => {
  const { packages } = JSON.parse(projectFile('package-lock.json').text);
  assert.ok(Object.keys(packages).length > 10);
  assert.deepEqual(missingFromLock(packages), []);
});

test('a package that the lock does not have', () => {
  const packages = {
    '': { dependencies: { a: '1' } },
    'node_modules/a': { optionalDependencies: { '@a/linux': '1', '@a/windows': '1' } },
    'node_modules/a/node_modules/@a/linux': {},
  };
  assert.deepEqual(missingFromLock(packages), ['node_modules/a needs @a/windows']);
});
