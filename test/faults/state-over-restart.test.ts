import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { agentAndShim } from '../support/agent-and-shim.ts';
import { stateIn } from '../support/stored-state.ts';

const thresholdRule = String.raw`
type=SingleWithThreshold
ptype=RegExp
pattern=^failure of (\S+)
desc=failures of $1
window=3600
thresh=3
action=submit h;$1;2;three failures
`;

const commands = (...services: readonly string[]) =>
  services.map((service) => `PROCESS_SERVICE_CHECK_RESULT;h;${service};2;three failures`);

describe('the state of the rules over a restart', { concurrency: 2 }, () => {
  test('kill -9 between the events of a threshold: it is reached once', async (t) => {
    const { shim, files } = await agentAndShim(t, { rules: [thresholdRule] });
    const first = files.start();
    await first.record('READY');
    files.append('failure of a', 'failure of b', 'failure of a');
    await stateIn(files.folder, ({ operations }) => operations === 2);
    await first.stop('SIGKILL');

    const second = files.start();
    const { operations, dropped } = await second.record('STATE_RESTORED');
    assert.deepEqual({ operations, dropped }, { operations: 2, dropped: 0 });
    files.append('failure of a');
    assert.deepEqual(await shim.waitForCommands(1), commands('a'));
    files.append('failure of a', 'failure of b', 'failure of b');
    assert.deepEqual(await shim.waitForCommands(2), commands('a', 'b'));
    assert.deepEqual(await second.stop(), { code: 0, signal: null });
    assert.deepEqual(shim.commands, commands('a', 'b'));
  });

  test('lines that were written meanwhile count, and a rule inserted above changes nothing', async (t) => {
    const { shim, files } = await agentAndShim(t, { rules: [thresholdRule] });
    const first = files.start();
    await first.record('READY');
    files.append('failure of a');
    await stateIn(files.folder, ({ operations }) => operations === 1);
    await first.stop('SIGKILL');
    files.append('failure of a', 'failure of a');
    const other = 'type=Suppress\nptype=SubStr\npattern=noise\n\n';
    writeFileSync(path.join(files.folder, '0.sec'), `${other}${thresholdRule}`);
    const second = files.start();
    assert.deepEqual(await shim.waitForCommands(1), commands('a'));
    assert.equal(second.records('STATE_RESTORED')[0]?.['operations'], 1);
  });

  test('a rule that says something else begins anew', async (t) => {
    const { files } = await agentAndShim(t, { rules: [thresholdRule, thresholdRule] });
    const first = files.start();
    await first.record('READY');
    files.append('failure of a');
    await stateIn(files.folder, ({ operations }) => operations === 2);
    assert.deepEqual(await first.stop(), { code: 0, signal: null });
    const changed = thresholdRule.replace('thresh=3', 'thresh=2');
    writeFileSync(path.join(files.folder, '0.sec'), changed);
    const second = files.start();
    const { operations, dropped } = await second.record('STATE_RESTORED');
    assert.deepEqual({ operations, dropped }, { operations: 1, dropped: 1 });
    await stateIn(files.folder, (state) => state.operations === 1);
  });

  test('state = forget: rules begin anew, and positions are kept', async (t) => {
    const { shim, files } = await agentAndShim(t, { rules: [thresholdRule], state: 'forget' });
    const first = files.start();
    await first.record('READY');
    files.append('failure of a', 'failure of a', 'failure of b', 'failure of b', 'failure of b');
    assert.deepEqual(await shim.waitForCommands(1), commands('b'));
    assert.deepEqual(await first.stop(), { code: 0, signal: null });
    files.append('failure of a', 'failure of a', 'failure of c', 'failure of c', 'failure of c');
    const second = files.start();
    assert.deepEqual(await shim.waitForCommands(2), commands('b', 'c'));
    assert.deepEqual(second.records('STATE_RESTORED'), []);
    files.append('failure of a');
    assert.deepEqual(await shim.waitForCommands(3), commands('b', 'c', 'a'));
  });
});
