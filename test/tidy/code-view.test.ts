import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeView, lineAt } from './code-view.ts';

const samples: readonly (readonly [string, string])[] = [
  ['a // b', 'a     '],
  ['a /* b\nc */ d', 'a     \n     d'],
  ["f('x\\'y') + 1", "f('    ') + 1"],
  [`\`a\${b + \`c\${d}\`}e\``, `'  'b + '  'd''' '`],
  ['x = /[/]"/.test(y) // z', "x = '    '.test(y)     "],
  ['a / b / c', 'a / b / c'],
  ['return /x/g', "return ' 'g"],
  ["'//' + `/*`", "'  ' + '  '"],
];

for (const [text, code] of samples) {
  test(`code of ${JSON.stringify(text)}`, () => {
    assert.equal(codeView(text).code, code);
    assert.equal(codeView(text).withStrings.length, text.length);
  });
}

test('strings stay in the other view, comments do not', () => {
  assert.equal(codeView("a('b') // 'c'").withStrings, "a('b')       ");
});

test('lines are counted from 1', () => {
  assert.deepEqual([lineAt('a\nb', 0), lineAt('a\nb', 1), lineAt('a\nb', 2)], [1, 1, 2]);
});
