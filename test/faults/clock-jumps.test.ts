import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { type AgentAndShim, agentAndShim } from '../support/agent-and-shim.ts';
import { reportRules } from '../support/agent-files.ts';
import { ClockShift } from '../support/clock-shift.ts';
import { stateIn } from '../support/stored-state.ts';

const thresholdRule = `
type=SingleWithThreshold
ptype=RegExp
pattern=^failure
desc=failures
window=60
thresh=2
action=submit (h;threshold;2;two failures)
`;

const dayS = 86_400;

const report = (number: number) => `PROCESS_SERVICE_CHECK_RESULT;h;s;0;${number}`;
const twoFailures = 'PROCESS_SERVICE_CHECK_RESULT;h;threshold;2;two failures';

async function started(
  t: TestContext,
): Promise<(AgentAndShim & { clock: ClockShift }) | undefined> {
  const clock = ClockShift.make(t);
  if (typeof clock === 'string') {
    t.skip(clock);
    return undefined;
  }
  // A result from before the jump would say how late it is.
  const receiverSettings = ['late_notice = 0'];
  const rules = [reportRules, thresholdRule];
  const parts = await agentAndShim(t, { rules, receiverSettings });
  return { ...parts, clock };
}

describe('a clock that somebody sets while the agent runs', { concurrency: 2 }, () => {
  for (const [direction, seconds] of [
    ['back', -dayS],
    ['forward', dayS],
  ] as const) {
    test(`a day ${direction}: files are followed, results committed and sent as before`, async (t) => {
      const parts = await started(t);
      if (parts === undefined) return;
      const { shim, files, clock } = parts;
      const agent = files.start(undefined, clock.environment);
      await agent.record('READY');
      files.append('report h s 0 1');
      await shim.waitForCommands(1);
      clock.set(seconds);
      files.append('report h s 0 2');
      await shim.waitForCommands(2);
      // A rotation, a late writer, and a new file.
      renameSync(files.log, `${files.log}.1`);
      writeFileSync(`${files.log}.1`, 'report h s 0 3\n', { flag: 'a' });
      writeFileSync(files.log, 'report h s 0 4\n');
      assert.deepEqual(await shim.waitForCommands(4), [1, 2, 3, 4].map(report));
      await stateIn(files.folder, ({ results }) => results === 0);
      clock.set(0);
      files.append('report h s 0 5');
      assert.deepEqual(await shim.waitForCommands(5), [1, 2, 3, 4, 5].map(report));
      assert.deepEqual(await agent.stop(), { code: 0, signal: null });
    });

    test(`a day ${direction} while no receiver answers: it is tried on, and brought when one does`, async (t) => {
      const parts = await started(t);
      if (parts === undefined) return;
      const { shim, receiver, files, clock } = parts;
      const agent = files.start(undefined, clock.environment);
      await agent.record('READY');
      await receiver.stop();
      files.append('report h s 0 1');
      await agent.record('PEER_UNREACHABLE');
      clock.set(seconds);
      files.append('report h s 0 2');
      await stateIn(files.folder, ({ results }) => results === 2);
      await shim.start();
      assert.deepEqual(await shim.waitForCommands(2), [1, 2].map(report));
      assert.deepEqual(await agent.stop(), { code: 0, signal: null });
    });
  }

  test('a window keeps what was left of it when the clock goes back, and is over when it goes far ahead', async (t) => {
    const parts = await started(t);
    if (parts === undefined) return;
    const { shim, files, clock } = parts;
    const agent = files.start(undefined, clock.environment);
    await agent.record('READY');
    files.append('failure');
    await stateIn(files.folder, ({ operations }) => operations === 1);
    clock.set(-dayS);
    await agent.record('CLOCK_SET_BACK');
    files.append('failure');
    assert.deepEqual(await shim.waitForCommands(1), [twoFailures]);
    clock.set(dayS);
    await stateIn(files.folder, ({ operations }) => operations === 0);
    files.append('failure', 'report h s 0 1');
    assert.deepEqual(await shim.waitForCommands(2), [twoFailures, report(1)]);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });
});
