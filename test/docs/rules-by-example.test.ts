import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { Program } from '../support/program.ts';
import { tempDir } from '../support/temp-dir.ts';
import { projectFile, projectRoot } from '../tidy/project-files.ts';
import { fencedBlocks } from './fenced-blocks.ts';

const document = 'docs/RULES-BY-EXAMPLE.md';
let { text: markdown } = projectFile(document);
const blocks = fencedBlocks(markdown);
const headings = [...new Set(blocks.map(({ heading }) => heading))].filter((one) =>
  /^\d/.test(one),
);

/** The one block of a language under a heading. */
function blockOf(heading: string, language: string): string {
  const found = blocks.filter((block) => block.heading === heading && block.language === language);
  assert.equal(found.length, 1, `${heading}: one block of ${language}`);
  return found[0]?.text ?? '';
}

/** What `nagtail simulate` prints for an example, without the lines of its log. */
async function resultsOf(t: TestContext, heading: string): Promise<string> {
  const folder = tempDir(t);
  const rules = path.join(folder, 'rules.sec');
  const log = path.join(folder, 'log');
  writeFileSync(rules, blockOf(heading, 'sec'));
  writeFileSync(log, blockOf(heading, 'log'));
  const { code, stdout, stderr } = await Program.run(t, 'nagtail', [
    'simulate',
    '--conf',
    rules,
    log,
  ]);
  assert.deepEqual([code, stderr], [0, '']);
  const lines = Buffer.from(stdout, 'latin1').toString().split('\n');
  return lines.filter((line) => !/^ *\+\d+ < /.test(line)).join('\n');
}

test('there are twenty examples, in order', () => {
  assert.deepEqual(
    headings.map((heading) => Number.parseInt(heading, 10)),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

for (const heading of headings) {
  test(heading, async (t) => {
    const results = await resultsOf(t, heading);
    assert.match(results, /^ *\+\d+ R /m, 'an example has a result');
    if (process.env['UPDATE_GOLDEN'] !== '1') {
      assert.equal(blockOf(heading, 'results'), results);
      return;
    }
    const at = markdown.indexOf(`## ${heading}\n`);
    const section = markdown
      .slice(at)
      .replace(/```results\n[\s\S]*?```/, () => `\`\`\`results\n${results}\`\`\``);
    markdown = markdown.slice(0, at) + section;
    writeFileSync(path.join(projectRoot, document), markdown);
  });
}
