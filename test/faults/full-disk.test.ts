import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { agentAndShim } from '../support/agent-and-shim.ts';
import { fill, noSmallDisk, remount, smallDisk } from '../support/small-disk.ts';
import { storedIn } from '../support/stored-state.ts';

test('a disk that is really full: results are held back until there is room', {
  skip: noSmallDisk,
}, async (t) => {
  const disk = smallDisk(t);
  const { shim, files } = await agentAndShim(t, { stateDir: disk });
  const agent = files.start();
  await agent.record('READY');
  files.append('report h s 0 1');
  await shim.waitForCommands(1);
  await storedIn(disk, ({ results }) => results === 0);
  const filler = fill(disk);
  // More than the blocks of the store have room for that are there already.
  const long = 'x'.repeat(3_000);
  const numbers = Array.from({ length: 300 }, (_, index) => index + 2);
  files.append(...numbers.map((number) => `report h s 0 ${number} ${long}`));
  await agent.record('STORE_FAILED');
  assert.equal(shim.commands.length, 1);
  rmSync(filler);
  await agent.record('STORE_WORKS');
  const commands = await shim.waitForCommands(numbers.length + 1);
  const received = commands.map((command) => Number(command.split(';')[4]?.split(' ')[0]));
  assert.deepEqual(received, [1, ...numbers]);
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });
});

const command = (number: number) => `PROCESS_SERVICE_CHECK_RESULT;h;s;0;${number}`;

for (const [store, isNew] of [
  ['a new store', true],
  ['the store of an earlier run', false],
] as const) {
  test(`a start on a full disk with ${store}: told once, waits, then reads all`, {
    skip: noSmallDisk,
  }, async (t) => {
    const disk = smallDisk(t);
    const stateDir = path.join(disk, 'state');
    const settings = ['from_start = yes'];
    const { shim, files } = await agentAndShim(t, { stateDir, inputSettings: settings });
    if (isNew) {
      mkdirSync(stateDir);
    } else {
      const before = files.start();
      await before.record('READY');
      await before.stop();
    }
    files.append('report h s 0 1');
    const filler = fill(disk);
    const agent = files.start();
    const { message } = await agent.record('STORE_FAILED');
    assert.match(String(message), /nothing is read until that is over, and then all/);
    files.append('report h s 0 2');
    // Attempts go on, which is not told again.
    rmSync(filler);
    await agent.record('STORE_WORKS');
    await agent.record('READY');
    assert.deepEqual(await shim.waitForCommands(2), [command(1), command(2)]);
    assert.equal(agent.records('STORE_FAILED').length, 1);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });
}

test('a start with a read-only state_dir: told once, and all goes on when it can be written', {
  skip: noSmallDisk,
}, async (t) => {
  const disk = smallDisk(t);
  const { shim, files } = await agentAndShim(t, { stateDir: path.join(disk, 'state') });
  const before = files.start();
  await before.record('READY');
  files.append('report h s 0 1');
  await shim.waitForCommands(1);
  await before.stop();
  remount(disk, 'ro');
  files.append('report h s 0 2');
  const agent = files.start();
  await agent.record('STORE_FAILED');
  remount(disk, 'rw');
  await agent.record('READY');
  assert.deepEqual(await shim.waitForCommands(2), [command(1), command(2)]);
  assert.equal(agent.records('STORE_FAILED').length, 1);
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });
});

test('an agent that waits for room stops when it is told to', { skip: noSmallDisk }, async (t) => {
  const disk = smallDisk(t);
  const { files } = await agentAndShim(t, { stateDir: path.join(disk, 'state') });
  fill(disk);
  const agent = files.start();
  await agent.record('STORE_FAILED');
  assert.deepEqual(await agent.stop(), { code: 0, signal: null });
});
