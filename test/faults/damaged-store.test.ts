import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { outboxFile } from '../../agent/outbox/outbox-schema.ts';
import { agentAndShim } from '../support/agent-and-shim.ts';
import { stateIn } from '../support/stored-state.ts';

const rules = String.raw`
type=SingleWithThreshold
ptype=RegExp
pattern=^failure of (\S+)
desc=failures of $1
window=3600
thresh=2
action=submit h;$1;2;two failures
`;

/** An agent that has saved a count of one for a and b, and is stopped. */
async function stoppedAgent(t: TestContext) {
  const { shim, files } = await agentAndShim(t, { rules: [rules] });
  const agent = files.start();
  await agent.record('READY');
  files.append('failure of a', 'failure of b');
  await stateIn(files.folder, ({ operations }) => operations === 2);
  await agent.stop('SIGKILL');
  const folder = path.join(files.folder, 'state');
  return { shim, files, folder, store: path.join(folder, outboxFile) };
}

function change(store: string, sql: string): void {
  const database = new DatabaseSync(store);
  database.exec(sql);
  database.close();
}

const damaged = (folder: string) =>
  readdirSync(folder).filter((name) => name.includes('.damaged-'));

const twoFailures = (service: string) => `PROCESS_SERVICE_CHECK_RESULT;h;${service};2;two failures`;

describe('a store that cannot be read', { concurrency: 2 }, () => {
  test('a file that is no database: set aside, told, and the agent runs', async (t) => {
    const { shim, files, folder, store } = await stoppedAgent(t);
    // Of what the write-ahead log still has, SQLite would make the file anew.
    for (const companion of ['-wal', '-shm']) rmSync(store + companion);
    writeFileSync(store, 'something else, which is written over the first page'.repeat(100));
    const agent = files.start();
    await agent.record('STORE_DAMAGED');
    await agent.record('READY');
    files.append('failure of a', 'failure of a');
    assert.deepEqual(await shim.waitForCommands(1), [twoFailures('a')]);
    assert.ok(damaged(folder).length > 0);
  });

  test('a record that cannot be read: left out, the rest is restored, a copy is kept', async (t) => {
    const { shim, files, folder, store } = await stoppedAgent(t);
    change(store, "UPDATE state_operations SET record = x'0102' WHERE id = 1");
    const agent = files.start();
    const { aside } = await agent.record('STATE_DAMAGED');
    assert.deepEqual(damaged(folder), [path.basename(String(aside))]);
    assert.equal((await agent.record('STATE_RESTORED'))['operations'], 1);
    files.append('failure of a', 'failure of b');
    assert.deepEqual(await shim.waitForCommands(1), [twoFailures('b')]);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
    const next = files.start();
    await next.record('STATE_RESTORED');
    assert.deepEqual(next.records('STATE_DAMAGED'), []);
  });

  test('a position that cannot be read: the inputs begin as at a first start', async (t) => {
    const { shim, files, store } = await stoppedAgent(t);
    change(store, "UPDATE positions SET state = '{' || state");
    const agent = files.start();
    await agent.record('STATE_DAMAGED');
    await agent.record('READY');
    files.append('failure of a');
    assert.deepEqual(await shim.waitForCommands(1), [twoFailures('a')]);
  });

  test('a store of a newer version: refused with exit code 78, and left alone', async (t) => {
    const { files, folder, store } = await stoppedAgent(t);
    change(store, 'PRAGMA user_version = 2');
    const agent = files.start();
    assert.deepEqual(await agent.ended, { code: 78, signal: null });
    assert.match(agent.stderr, /has format 2, this version of nagtail knows 1/);
    assert.deepEqual(damaged(folder), []);
  });

  test('two agents cannot share a state_dir', async (t) => {
    const { files } = await stoppedAgent(t);
    const first = files.start();
    await first.record('READY');
    const second = files.start();
    assert.deepEqual(await second.ended, { code: 1, signal: null });
    assert.match(second.stderr, /another process uses .*state: stop it, or set another state_dir/);
    assert.deepEqual(await first.stop(), { code: 0, signal: null });
  });
});
