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

/** What the document tells its readers to run, for each of the examples. */
const command = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text.trim());

/** What that prints for an example, without the lines of its log. */
async function resultsOf(t: TestContext, heading: string): Promise<string> {
  const folder = tempDir(t);
  const files: Readonly<Record<string, string>> = { 'rules.sec': 'sec', log: 'log' };
  for (const [file, language] of Object.entries(files))
    writeFileSync(path.join(folder, file), blockOf(heading, language));
  const [, ...words] = command.join('').split(' ');
  const args = words.map((word) => (Object.hasOwn(files, word) ? path.join(folder, word) : word));
  const { code, stdout, stderr } = await Program.run(t, 'nagtail', args);
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

test('there is one command for all, and each block belongs to an example', () => {
  assert.deepEqual(command, ['nagtail simulate --conf rules.sec log']);
  const others = blocks.filter(({ language }) => language !== 'sh');
  assert.equal(others.length, 3 * headings.length);
  for (const { heading, language, line } of others) {
    assert.ok(headings.includes(heading), `${document}:${line}`);
    assert.ok(['sec', 'log', 'results'].includes(language), `${document}:${line}`);
  }
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
