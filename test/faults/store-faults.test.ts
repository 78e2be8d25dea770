import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { agentAndShim } from '../support/agent-and-shim.ts';
import { type DiskFault, DiskFaults } from '../support/disk-faults.ts';
import { stateIn } from '../support/stored-state.ts';

/*
 * The disk under the store breaks while the agent runs. Nothing may reach the receiver that
 * is not committed, nothing that was committed may be lost, and all goes on when the disk
 * works again.
 */

const rules = String.raw`
type=SingleWithThreshold
ptype=RegExp
pattern=^failure (\d+)
desc=failures
window=3600
thresh=2
action=submit h;threshold;2;reached
continue=TakeNext

type=Single
ptype=RegExp
pattern=^(?:failure|report) (\d+)
desc=a report
action=submit h;s;0;$1
`;

const report = (number: number) => `PROCESS_SERVICE_CHECK_RESULT;h;s;0;${number}`;
const reached = 'PROCESS_SERVICE_CHECK_RESULT;h;threshold;2;reached';

/** What there is after the lines of a test: the order of results of one line is that of the rules. */
const all = [report(1), report(2), report(3), reached, report(4)].sort();

/** An agent and a receiver, a result delivered, and a count of one for the threshold. */
async function started(t: TestContext) {
  const faults = DiskFaults.make(t, '/state/agent.sqlite');
  if (typeof faults === 'string') {
    t.skip(faults);
    return undefined;
  }
  const { shim, files } = await agentAndShim(t, { rules: [rules] });
  const agent = files.start(undefined, faults.environment);
  await agent.record('READY');
  files.append('failure 1');
  await shim.waitForCommands(1);
  // The receiver's position is committed, too: plain NSCA would deliver again without it.
  await stateIn(files.folder, ({ results, operations }) => results === 0 && operations === 1);
  return { faults, shim, files, agent };
}

const failing: readonly DiskFault[] = [
  'write ENOSPC',
  'write EIO',
  'torn EIO',
  'sync EIO',
  'write EROFS',
];

describe('faults of the disk under the store', { concurrency: 2 }, () => {
  for (const fault of failing) {
    test(`${fault}: told once, results are held back, and go on by themselves`, async (t) => {
      const parts = await started(t);
      if (parts === undefined) return;
      const { faults, shim, files, agent } = parts;
      faults.break(fault);
      files.append('failure 2', 'report 3');
      const { message } = await agent.record('STORE_FAILED');
      assert.match(
        String(message),
        /^cannot write to the store: .*; results and positions are held back/,
      );
      // Several attempts have failed by then.
      await faults.more(4);
      assert.deepEqual(shim.commands, [report(1)]);
      assert.equal(agent.records('STORE_FAILED').length, 1);
      faults.mend();
      await agent.record('STORE_WORKS');
      files.append('report 4');
      assert.deepEqual((await shim.waitForCommands(5)).sort(), all);
      assert.deepEqual(await agent.stop(), { code: 0, signal: null });
      assert.deepEqual(shim.commands.sort(), all);
    });

    test(`${fault}, then kill -9: what was not committed is done again, once`, async (t) => {
      const parts = await started(t);
      if (parts === undefined) return;
      const { faults, shim, files, agent } = parts;
      faults.break(fault);
      files.append('failure 2', 'report 3');
      await agent.record('STORE_FAILED');
      await faults.more(2);
      await agent.stop('SIGKILL');
      assert.deepEqual(shim.commands, [report(1)]);
      faults.mend();
      const next = files.start(undefined, faults.environment);
      await next.record('STATE_RESTORED');
      files.append('report 4');
      assert.deepEqual((await shim.waitForCommands(5)).sort(), all);
      assert.deepEqual(await next.stop(), { code: 0, signal: null });
      assert.deepEqual(shim.commands.sort(), all);
    });
  }

  test('short writes are no fault: the rest is written', async (t) => {
    const parts = await started(t);
    if (parts === undefined) return;
    const { faults, shim, files, agent } = parts;
    faults.break('short');
    files.append('failure 2', 'report 3');
    await shim.waitForCommands(4);
    assert.ok(faults.count > 0);
    await stateIn(files.folder, ({ results }) => results === 0);
    await agent.stop('SIGKILL');
    const next = files.start(undefined, faults.environment);
    await next.record('STATE_RESTORED');
    files.append('report 4');
    assert.deepEqual((await shim.waitForCommands(5)).sort(), all);
    assert.deepEqual(next.records('STORE_FAILED'), []);
  });
});
