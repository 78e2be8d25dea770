import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type PeerName, peer } from '../support/peers.ts';
import { filesBelow, projectRoot } from '../tidy/project-files.ts';
import { type FencedBlock, fencedBlocks } from './fenced-blocks.ts';
import { followBlock } from './follow-block.ts';
import { GuideWorld } from './guide-world.ts';
import { type NotRun, notRun } from './not-run.ts';

/*
 * What documents tell their readers to write and to run is written and run here, in the order of the document: see
 * CONTRIBUTING.md. Every fenced block of every document is followed, or stands in not-run.ts.
 */

/** Its examples are run one by one, by rules-by-example.test.ts. */
const examples = 'docs/RULES-BY-EXAMPLE.md';

const documents = filesBelow(['.'], '.md')
  .map(({ path: file, text }) => ({ file, blocks: fencedBlocks(text) }))
  .filter(({ file, blocks }) => blocks.length > 0 && file !== examples);

/** The real programs that a document's commands need. */
const peersOf: Readonly<Record<string, readonly PeerName[]>> = {
  'docs/GETTING-STARTED.md': ['nagios4'],
  'docs/MIGRATING.md': ['nagios4', 'send_nsca'],
  'docs/OPERATING.md': ['nagios4'],
  'docs/PROTOCOLS.md': ['curl'],
  'docs/TROUBLESHOOTING.md': ['nagios4'],
  'test/oracle/README.md': ['sec', 'perl'],
};

for (const { file, blocks } of documents) {
  const skip = (peersOf[file] ?? []).map((name) => peer(name).skip).find((why) => why !== false);
  test(file, { skip: skip ?? false }, async (t) => {
    const world = await GuideWorld.make(t);
    let printed = '';
    for (const block of blocks) {
      try {
        const isRun = entryOf(file, block) === undefined;
        printed = followBlock(block, world, { printed, isRun });
      } catch (cause) {
        throw new Error(`${file}:${block.line}: ${cause}`, { cause });
      }
    }
  });
}

test('the list of what is not run is up to date', () => {
  for (const entry of notRun) {
    const { document, begins, why, test: other } = entry;
    const blocks = documents.find(({ file }) => file === document)?.blocks ?? [];
    const found = blocks.filter((block) => entryOf(document, block) === entry);
    assert.equal(found.length, 1, `${document}: one block begins with ${begins}`);
    assert.ok(why.length > 5);
    if (other !== undefined) assert.ok(existsSync(path.join(projectRoot, other)), other);
  }
});

function entryOf(file: string, { text }: FencedBlock): NotRun | undefined {
  return notRun.find(({ document, begins }) => document === file && text.startsWith(begins));
}
