import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { runRules } from '../../support/run-rules.ts';
import { filesBelow, projectRoot } from '../../tidy/project-files.ts';

/*
 * For each example config/rules/NAME.sec there are test/golden/rules/NAME/log, the
 * lines that it gets, and test/golden/rules/NAME/results: each line again, and
 * under it what the rules do. UPDATE_GOLDEN=1 writes the results anew.
 */

before(() => {
  process.env['TZ'] = 'UTC';
});

for (const { path: file, text } of filesBelow(['config/rules'], '.sec')) {
  test(`${file} does what its golden results say`, () => {
    const folder = path.join(projectRoot, 'test/golden/rules', path.basename(file, '.sec'));
    const lines = readFileSync(path.join(folder, 'log'), 'latin1').split('\n').slice(0, -1);
    const actual = runRules(text, lines)
      .map((calls, index) => [lines[index], ...calls.map((call) => `    ${call}`)].join('\n'))
      .join('\n');
    const results = path.join(folder, 'results');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(results, `${actual}\n`, 'latin1');
    assert.equal(`${actual}\n`, readFileSync(results, 'latin1'));
  });
}
