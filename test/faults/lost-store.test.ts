import assert from 'node:assert/strict';
import { once } from 'node:events';
import { openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { outboxFile } from '../../agent/outbox/outbox-schema.ts';
import { encodeReply } from '../../protocol/nrdp/reply.ts';
import { agentAndShim } from '../support/agent-and-shim.ts';
import { AgentFiles, reportRules } from '../support/agent-files.ts';
import type { Program } from '../support/program.ts';
import { stateIn } from '../support/stored-state.ts';
import { waitFor } from '../support/wait-for.ts';

const thresholdRule = `
type=SingleWithThreshold
ptype=RegExp
pattern=^failure
desc=failures
window=3600
thresh=2
action=submit (h;threshold;2;two failures)
`;

const report = (number: number) => `PROCESS_SERVICE_CHECK_RESULT;h;s;0;${number}`;
const twoFailures = 'PROCESS_SERVICE_CHECK_RESULT;h;threshold;2;two failures';
const rules = [reportRules, thresholdRule];

/** An agent that is ready, with a receiver. */
async function running(t: TestContext) {
  const parts = await agentAndShim(t, { rules });
  const agent = parts.files.start();
  await agent.record('READY');
  return { ...parts, agent };
}

function stateOf({ folder }: AgentFiles): string {
  return path.join(folder, 'state');
}

async function secondStart(agent: Program): Promise<void> {
  const starts = () => agent.records('READY').length;
  await waitFor('a second start', starts, (count) => count === 2);
}

describe('a store that is lost while the agent runs', { concurrency: 2 }, () => {
  test('state_dir is removed: told once, put back with all that was in it', async (t) => {
    const { shim, receiver, files, agent } = await running(t);
    // A count of one, and results that wait.
    await receiver.stop();
    files.append('failure', 'report h s 0 1', 'report h s 0 2');
    await stateIn(files.folder, ({ results, operations }) => results === 2 && operations === 1);
    rmSync(stateOf(files), { recursive: true });
    await agent.record('STORE_LOST');
    await secondStart(agent);
    await shim.start();
    files.append('failure', 'report h s 0 3');
    const expected = [report(1), report(2), report(3), twoFailures].sort();
    assert.deepEqual((await shim.waitForCommands(4)).sort(), expected);
    assert.equal(agent.records('STORE_LOST').length, 1);
    // It is on the disk again: nothing is known only to the process.
    await stateIn(files.folder, ({ results, operations }) => results === 0 && operations === 1);
    await agent.stop('SIGKILL');
    const next = files.start();
    assert.equal((await next.record('STATE_RESTORED'))['operations'], 1);
    await next.record('READY');
    files.append('report h s 0 4');
    assert.deepEqual((await shim.waitForCommands(5)).at(-1), report(4));
    assert.deepEqual(await next.stop(), { code: 0, signal: null });
  });

  test('state_dir is removed just before a stop: what waited in it is there at the next start', async (t) => {
    const { shim, receiver, files, agent } = await running(t);
    await receiver.stop();
    files.append('report h s 0 1');
    await stateIn(files.folder, ({ results }) => results === 1);
    rmSync(stateOf(files), { recursive: true });
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
    await shim.start();
    const next = files.start();
    assert.deepEqual(await shim.waitForCommands(1), [report(1)]);
    assert.deepEqual(await next.stop(), { code: 0, signal: null });
  });

  test('another file has its name: that one is set aside', async (t) => {
    const { shim, files, agent } = await running(t);
    const folder = stateOf(files);
    for (const ending of ['', '-wal', '-shm']) rmSync(path.join(folder, outboxFile + ending));
    writeFileSync(path.join(folder, outboxFile), 'something else');
    files.append('report h s 0 1');
    await agent.record('STORE_LOST');
    await secondStart(agent);
    files.append('report h s 0 2');
    assert.deepEqual(await shim.waitForCommands(2), [report(1), report(2)]);
    assert.equal(readdirSync(folder).filter((name) => name.includes('.replaced-')).length, 1);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });

  test('what is being sent meanwhile is waited for, and not sent again', async (t) => {
    const answers: (() => void)[] = [];
    const texts: string[] = [];
    const server = http.createServer(async (request, response) => {
      const body = (await request.toArray()).join('');
      texts.push(...Array.from(body.matchAll(/number\w+/g), ([text]) => text));
      const reply = encodeReply({ status: 0, message: 'OK', processed: 1 }, 'xml', false);
      answers.push(() => response.end(reply));
    });
    t.after(() => server.closeAllConnections());
    t.after(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const receivers = `[receiver.main]\nprotocol = nrdp\nurl = http://127.0.0.1:${port}/\ntoken = x\n`;
    const files = new AgentFiles(t, { receivers });
    const agent = files.start();
    await agent.record('READY');
    files.append('report h s 0 number1');
    await waitFor('a request', () => answers.length === 1);
    rmSync(stateOf(files), { recursive: true });
    // Longer than from one look at the store's place to the next.
    await delay(1_200);
    answers[0]?.();
    await secondStart(agent);
    files.append('report h s 0 number2');
    await waitFor('a second request', () => answers.length === 2);
    answers[1]?.();
    await stateIn(files.folder, ({ results }) => results === 0);
    assert.deepEqual(texts, ['number1', 'number2']);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });

  test('a place where nothing can be put back: tried on, and said at the end', async (t) => {
    const { files, agent } = await running(t);
    const folder = stateOf(files);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file where the folder was');
    const { message } = await agent.record('STORE_FAILED');
    assert.match(String(message), /cannot put the store back as/);
    rmSync(folder);
    await agent.record('STORE_WORKS');
    await secondStart(agent);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });

  test('damage that shows while it runs: set aside, told, and all goes on', async (t) => {
    const { shim, receiver, files, agent } = await running(t);
    await receiver.stop();
    // More than SQLite keeps in memory.
    const long = 'x'.repeat(4_000);
    const lines = Array.from({ length: 2_000 }, (_, index) => `report h s${index} 0 ${long}`);
    files.append(...lines);
    await stateIn(files.folder, ({ results }) => results === 2_000);
    const store = path.join(stateOf(files), outboxFile);
    for (const ending of ['', '-wal']) overwrite(store + ending);
    await shim.start();
    await agent.record('STORE_DAMAGED');
    await secondStart(agent);
    files.append('report h s 0 1', 'failure', 'failure');
    const isThere = (commands: readonly string[]) =>
      [report(1), twoFailures].every((wanted) => commands.includes(wanted));
    await waitFor('results', () => shim.commands, isThere);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });
});

/** Writes over all of a file but the first page. */
function overwrite(file: string): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.alloc(statSync(file).size, 'junk'), 0, undefined, 4_096);
}
