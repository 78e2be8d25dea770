import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { ShimFiles } from '../support/shim-files.ts';

const commands = (...numbers: readonly number[]) =>
  numbers.map((number) => `PROCESS_SERVICE_CHECK_RESULT;h;s;0;${number}`);

describe('stopping and starting again', { concurrency: 2 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal}: what is queued is sent, then exit 0`, async (t) => {
      const port = await freePort();
      const files = new AgentFiles(t, { port });
      const agent = files.start();
      await agent.record('READY');
      files.append('report h s 0 1', 'report h s 0 2', 'report h s 0 3');
      await agent.record('PEER_UNREACHABLE');
      // Only now is there a receiver, and the agent would try again later.
      const shim = new ShimFiles(t, { port });
      await shim.start();
      assert.deepEqual(await agent.stop(signal), { code: 0, signal: null });
      assert.deepEqual(await shim.waitForCommands(3), commands(1, 2, 3));
      assert.deepEqual(agent.records('RESULTS_LEFT'), []);
    });
  }

  test('no receiver: it ends in time, and the next start delivers', async (t) => {
    const port = await freePort();
    const files = new AgentFiles(t, { port });
    const first = files.start();
    await first.record('READY');
    files.append('report h s 0 1', 'report h s 0 2');
    await first.record('PEER_UNREACHABLE');
    const before = performance.now();
    assert.deepEqual(await first.stop(), { code: 0, signal: null });
    assert.ok(performance.now() - before < 8_000, 'stopping took too long');
    assert.deepEqual(
      first.records('RESULTS_LEFT').map(({ results }) => results),
      [2],
    );

    const shim = new ShimFiles(t, { port });
    await shim.start();
    const second = files.start();
    await second.record('READY');
    files.append('report h s 0 3');
    assert.deepEqual(await shim.waitForCommands(3), commands(1, 2, 3));
    assert.deepEqual(await second.stop(), { code: 0, signal: null });
    // Nothing is sent again after it was delivered.
    const third = files.start();
    await third.record('READY');
    assert.deepEqual(await third.stop(), { code: 0, signal: null });
    assert.deepEqual(shim.commands, commands(1, 2, 3));
  });

  test('kill -9: what is in the outbox is delivered after the next start', async (t) => {
    const port = await freePort();
    const files = new AgentFiles(t, { port });
    const first = files.start();
    await first.record('READY');
    files.append('report h s 0 1', 'report h s 0 2');
    await first.record('PEER_UNREACHABLE');
    await first.stop('SIGKILL');
    const shim = new ShimFiles(t, { port });
    await shim.start();
    await files.start().record('READY');
    assert.deepEqual(await shim.waitForCommands(2), commands(1, 2));
  });

  test('a second signal ends it at once', async (t) => {
    const files = new AgentFiles(t, { port: await freePort() });
    const agent = files.start();
    await agent.record('READY');
    files.append('report h s 0 1');
    await agent.record('PEER_UNREACHABLE');
    agent.kill('SIGTERM');
    await agent.record('STOPPING');
    assert.deepEqual(await agent.stop('SIGTERM'), { code: 1, signal: null });
  });

  test('standard input: the end of the input ends the agent, all delivered', async (t) => {
    const shim = new ShimFiles(t, { port: 0 });
    const { port } = await (await shim.start()).record('LISTENING');
    const files = new AgentFiles(t, { port: Number(port), input: '-' });
    const lines = [1, 2, 3].map((number) => `report h s 0 ${number}\n`);
    const agent = files.start(Buffer.from(lines.join('')));
    assert.deepEqual(await agent.ended, { code: 0, signal: null });
    assert.deepEqual(await shim.waitForCommands(3), commands(1, 2, 3));
  });
});
