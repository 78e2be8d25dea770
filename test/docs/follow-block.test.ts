import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fencedBlocks } from './fenced-blocks.ts';
import { followBlock } from './follow-block.ts';
import { GuideWorld } from './guide-world.ts';

/** What must be noticed, or no document could be trusted. */
const faults: Readonly<Record<string, string>> = {
  'a command that fails': '```sh\nfalse\n```',
  'a command before the last that fails': '```sh\nfalse\ntrue\n```',
  'another output': '```sh\necho one\n```\n```output\ntwo\n```',
  'an output that goes on': '```sh\necho one; echo two\n```\n```output\none\n```',
  'a key that there is none of': '```ini\n[agent]\nhostname = web01\n```',
  'a section that there is none of': '```ini\n[agents]\n```',
  'a rule that is wrong': '```sec\ntype=Single\nptype=RegExp\npattern=(\ndesc=x\naction=none\n```',
  'a text that nobody reads': '```conf\na=b\n```',
  'a block of no kind': '```\nanything\n```',
};

for (const [what, markdown] of Object.entries(faults)) {
  test(`${what} is noticed`, async (t) => {
    const world = await GuideWorld.make(t);
    const follow = () => {
      let printed = '';
      for (const block of fencedBlocks(markdown))
        printed = followBlock(block, world, { printed, isRun: true });
    };
    assert.throws(follow);
  });
}

test('what is right passes; a block that is not run does nothing', async (t) => {
  const world = await GuideWorld.make(t);
  const good = '```ini file=/etc/nagtail/nagtail.ini\n[agent]\nhost_name = web01\n```\n';
  const shown = '```sh\ncat /etc/nagtail/nagtail.ini\n```\n```output\n[agent]\n…web01\n```\n';
  let printed = '';
  for (const block of fencedBlocks(good + shown))
    printed = followBlock(block, world, { printed, isRun: true });
  const [skipped] = fencedBlocks('```sh\ntouch made\n```');
  assert.ok(skipped);
  followBlock(skipped, world, { printed, isRun: false });
  assert.ok(!existsSync(path.join(world.root, 'home/made')));
});
