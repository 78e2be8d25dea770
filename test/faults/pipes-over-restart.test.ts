import assert from 'node:assert/strict';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { agentAndShim } from '../support/agent-and-shim.ts';
import { reportRules } from '../support/agent-files.ts';
import { makeFifo } from '../support/fifo.ts';
import { stateIn } from '../support/stored-state.ts';
import { tempDir } from '../support/temp-dir.ts';

const thresholdRule = `
type=SingleWithThreshold
ptype=RegExp
pattern=^failure
desc=failures
window=3600
thresh=3
action=submit (h;threshold;2;three failures)
`;
const rules = [reportRules, thresholdRule];

const report = (number: number) => `PROCESS_SERVICE_CHECK_RESULT;h;s;0;${number}`;
const reports = (count: number) => Array.from({ length: count }, (_, index) => report(index + 1));
const threeFailures = 'PROCESS_SERVICE_CHECK_RESULT;h;threshold;2;three failures';

/** A FIFO that somebody holds open, as syslog daemons do. */
function heldFifo(t: TestContext) {
  const fifo = makeFifo(path.join(tempDir(t), 'log.fifo'));
  const fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(fd));
  const write = (...lines: readonly string[]) =>
    void writeSync(fd, lines.map((line) => `${line}\n`).join(''));
  return { fifo, write };
}

describe('pipes over a restart', { concurrency: 2 }, () => {
  test('a FIFO, kill -9: what waits in it is read, what was committed is not done again', async (t) => {
    const { fifo, write } = heldFifo(t);
    const { shim, files } = await agentAndShim(t, { rules, input: fifo });
    const first = files.start();
    await first.record('READY');
    write('failure', 'report h s 0 1', 'report h s 0 2');
    await shim.waitForCommands(2);
    await stateIn(files.folder, ({ results, operations }) => results === 0 && operations === 1);
    await first.stop('SIGKILL');
    write('failure', 'report h s 0 3');
    const second = files.start();
    await second.record('READY');
    await shim.waitForCommands(3);
    write('failure', 'report h s 0 4');
    const expected = [report(1), report(2), report(3), threeFailures, report(4)];
    assert.deepEqual(await shim.waitForCommands(5), expected);
    assert.deepEqual(await second.stop(), { code: 0, signal: null });
    assert.deepEqual(shim.commands, expected);
  });

  test('a FIFO, SIGTERM amid a burst: each line once, by this run or the next', async (t) => {
    const { fifo, write } = heldFifo(t);
    const { shim, files } = await agentAndShim(t, { rules, input: fifo });
    const first = files.start();
    await first.record('READY');
    const lines = Array.from({ length: 2_000 }, (_, index) => `report h s 0 ${index + 1}`);
    write(...lines.slice(0, 1_000));
    const ended = first.stop();
    write(...lines.slice(1_000));
    assert.deepEqual(await ended, { code: 0, signal: null });
    const second = files.start();
    assert.deepEqual(await shim.waitForCommands(2_000), reports(2_000));
    assert.deepEqual(await second.stop(), { code: 0, signal: null });
    assert.deepEqual(shim.commands, reports(2_000));
  });

  test('standard input: read to its end, then all is delivered; the next one goes on with the windows', async (t) => {
    const { shim, files } = await agentAndShim(t, { rules, input: '-' });
    const first = files.start(Buffer.from('failure\nreport h s 0 1\nfailure'));
    assert.deepEqual(await first.ended, { code: 0, signal: null });
    assert.deepEqual(await shim.waitForCommands(1), [report(1)]);
    const second = files.start(Buffer.from('failure\nreport h s 0 2\n'));
    assert.deepEqual(await second.ended, { code: 0, signal: null });
    assert.deepEqual(await shim.waitForCommands(3), [report(1), threeFailures, report(2)]);
    assert.equal(second.records('STATE_RESTORED')[0]?.['operations'], 1);
    assert.deepEqual(second.records('INPUT_LOST'), []);
  });
});
