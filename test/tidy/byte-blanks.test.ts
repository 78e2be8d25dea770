import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteBlankFaults } from './byte-blanks.ts';
import { filesBelow, productFolders } from './project-files.ts';

test('the rule language has the blanks of Perl', () => {
  assert.deepEqual(filesBelow(productFolders, '.ts').flatMap(byteBlankFaults), []);
});

const wrong = ['text.trim();', 'text.trimEnd();', '/^a\\s+/;', '/[^\\s;]/;', '/[\\S]/;', '/\\S/;'];

for (const text of wrong) {
  test(`wrong: ${text}`, () => {
    assert.equal(byteBlankFaults({ path: 'agent/sec/x.ts', text }).length, 1);
  });
}

const right = ['/[\\s\\S]*/;', "const seen = '\\\\s';", '// \\s', 'trimBlanks(text);'];

for (const text of right) {
  test(`right: ${text}`, () => {
    assert.deepEqual(byteBlankFaults({ path: 'agent/sec/x.ts', text }), []);
  });
}
