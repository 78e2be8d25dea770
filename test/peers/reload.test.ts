import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { ShimFiles } from '../support/shim-files.ts';

/** Counts lines that begin with a letter, and reports the third one. */
const counting = (letter: string, remark = '') => `
# ${remark}
type=SingleWithThreshold
ptype=RegExp
pattern=^${letter}
window=600
thresh=3
desc=${letter}
action=submit h;${letter};0;three

type=Single
ptype=RegExp
pattern=^sync ${letter} (\\d+)
desc=sync
action=submit h;sync;0;${letter} $1
`;

test('SIGHUP: changed rule files begin anew, others go on, a broken one stays as it was', async (t) => {
  const port = await freePort();
  const shim = new ShimFiles(t, { port });
  await shim.start();
  const files = new AgentFiles(t, { port, rules: [counting('a'), counting('b')] });
  const agent = files.start();
  await agent.record('READY');
  files.append('a', 'a', 'b', 'b', 'sync b 1');
  const synced = (text: string) => `PROCESS_SERVICE_CHECK_RESULT;h;sync;0;${text}`;
  assert.deepEqual(await shim.waitForCommands(1), [synced('b 1')]);

  writeFileSync(path.join(files.folder, '1.sec'), counting('b', 'changed'));
  agent.kill('SIGHUP');
  const reloaded = await agent.record('RULES_RELOADED');
  assert.deepEqual([reloaded['rules'], reloaded['changed']], [4, 1]);
  files.append('a', 'b', 'sync b 2');
  assert.deepEqual(await shim.waitForCommands(3), [
    synced('b 1'),
    'PROCESS_SERVICE_CHECK_RESULT;h;a;0;three',
    synced('b 2'),
  ]);

  writeFileSync(path.join(files.folder, '1.sec'), 'type=Single\nptype=RegExp\npattern=(\n');
  agent.kill('SIGHUP');
  const kept = await agent.record('RULES_KEPT');
  assert.equal(kept['file'], path.join(files.folder, '1.sec'));
  files.append('b', 'b', 'sync b 3');
  assert.deepEqual((await shim.waitForCommands(5)).slice(3), [
    'PROCESS_SERVICE_CHECK_RESULT;h;b;0;three',
    synced('b 3'),
  ]);
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });
});
