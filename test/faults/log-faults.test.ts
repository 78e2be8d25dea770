import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { agentAndShim } from '../support/agent-and-shim.ts';
import { DiskFaults } from '../support/disk-faults.ts';
import { waitFor } from '../support/wait-for.ts';

const report = (number: number) => `PROCESS_SERVICE_CHECK_RESULT;h;s;0;${number}`;
const reports = (count: number) => Array.from({ length: count }, (_, index) => report(index + 1));
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `report h s 0 ${from + index}`);

async function started(t: TestContext) {
  const faults = DiskFaults.make(t, '/input.log');
  if (typeof faults === 'string') {
    t.skip(faults);
    return undefined;
  }
  const parts = await agentAndShim(t);
  const agent = parts.files.start(undefined, faults.environment);
  await agent.record('READY');
  parts.files.append(...lines(1, 10));
  await parts.shim.waitForCommands(10);
  return { ...parts, faults, agent };
}

describe('faults of the disk under a log', { concurrency: 2 }, () => {
  test('an error when reading: told once, tried on, and nothing is lost when it is over', async (t) => {
    const parts = await started(t);
    if (parts === undefined) return;
    const { shim, files, faults, agent } = parts;
    faults.break('read EIO');
    files.append(...lines(11, 20));
    const { message } = await agent.record('INPUT_UNREADABLE');
    assert.match(String(message), /cannot be read: .*; trying on/);
    await faults.more(4);
    assert.equal(agent.records('INPUT_UNREADABLE').length, 1);
    // It is rotated meanwhile: another file, of which it is told again.
    renameSync(files.log, `${files.log}.1`);
    writeFileSync(files.log, '');
    files.append(...lines(21, 30));
    const told = () => agent.records('INPUT_UNREADABLE').length;
    await waitFor('the second message', told, (count) => count === 2);
    await faults.more(4);
    assert.equal(told(), 2);
    faults.mend();
    assert.deepEqual(await shim.waitForCommands(30), reports(30));
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });

  test('reads that give less than there is: all lines come, once', async (t) => {
    const parts = await started(t);
    if (parts === undefined) return;
    const { shim, files, faults, agent } = parts;
    faults.break('little');
    files.append(...lines(11, 1_000));
    await shim.waitForCommands(1_000);
    renameSync(files.log, `${files.log}.1`);
    writeFileSync(files.log, '');
    files.append(...lines(1_001, 2_000));
    assert.deepEqual(await shim.waitForCommands(2_000), reports(2_000));
    assert.ok(faults.count > 0);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
    assert.equal(agent.records('INPUT_TRUNCATED').length, 0);
  });
});
