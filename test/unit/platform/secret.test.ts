import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { IniValue } from '../../../platform/ini-file.ts';
import { formatProblem, ProblemList } from '../../../platform/problem.ts';
import { readSecret } from '../../../platform/secret.ts';
import { tempDir } from '../../support/temp-dir.ts';

const place = { file: 'x.ini', line: 1 };

function read(password: string | undefined, password_file: string | undefined) {
  const problems = new ProblemList();
  const values = new Map<string, IniValue>();
  if (password !== undefined) values.set('password', { text: password, place });
  if (password_file !== undefined) {
    values.set('password_file', { text: password_file, place: { file: 'x.ini', line: 9 } });
  }
  const section = { kind: 'receiver', name: 'main', place, values };
  const secret = readSecret(section, { folder: '/' }, problems);
  return {
    bytes: secret && Buffer.from(secret.reveal()).toString('latin1'),
    problems: problems.all.map(formatProblem),
  };
}

const contents: readonly (readonly [string, string])[] = [
  ['secret', 'secret'],
  ['secret\n', 'secret'],
  ['secret\r\n', 'secret'],
  ['secret\n\n', 'secret\n'],
  [' blanks \n', ' blanks '],
  ['\xff\x00bytes', '\xff\x00bytes'],
  ['', ''],
];

for (const [content, expected] of contents) {
  test(`a file that holds ${JSON.stringify(content)}`, (t) => {
    const file = path.join(tempDir(t), 'secret');
    writeFileSync(file, content, 'latin1');
    assert.deepEqual(read(undefined, file), { bytes: expected, problems: [] });
  });
}

test('a password in the configuration is its UTF-8 bytes', () => {
  assert.deepEqual(read('ä', undefined), { bytes: '\xc3\xa4', problems: [] });
});

test('exactly one of password and password_file, and the file must be readable', () => {
  assert.deepEqual(read(undefined, undefined).problems, [
    'x.ini:1: expected password_file = FILE, or password =',
  ]);
  assert.deepEqual(read('a', '/b').problems, [
    'x.ini:9: expected either password or password_file, found both',
  ]);
  assert.deepEqual(read(undefined, '/nowhere/secret').problems, [
    'x.ini:9: password_file: cannot read /nowhere/secret: no such file or directory',
  ]);
});
