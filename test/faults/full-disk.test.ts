import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemCodeOf } from '../../platform/errors.ts';
import { AgentFiles } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { storedIn } from '../support/stored-state.ts';

/** A small file system of its own, for as long as the test; or why there is none. */
function smallDisk(t: TestContext): { readonly folder: string } | string {
  if (process.getuid?.() !== 0) return 'only root can mount a small file system';
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-test-disk-'));
  const options = ['-t', 'tmpfs', '-o', 'size=8m', 'nagtail-test', folder];
  const { status, stderr } = spawnSync('mount', options, { encoding: 'utf8' });
  t.after(() => {
    if (status === 0) spawnSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  });
  return status === 0 ? { folder } : `cannot mount a small file system: ${stderr}`;
}

/** Writes until nothing fits any more. */
function fill(folder: string): string {
  const file = path.join(folder, 'fill');
  for (const bytes of [65_536, 4_096, 512]) {
    for (let full = false; !full; ) {
      try {
        writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
      } catch (error) {
        if (systemCodeOf(error) !== 'ENOSPC') throw error;
        full = true;
      }
    }
  }
  return file;
}

test('a disk that is really full: results are held back until there is room', async (t) => {
  const disk = smallDisk(t);
  if (typeof disk === 'string') {
    t.skip(disk);
    return;
  }
  const port = await freePort();
  const shim = new ShimFiles(t, { port });
  await shim.start();
  const files = new AgentFiles(t, { port, stateDir: disk.folder });
  const agent = files.start();
  await agent.record('READY');
  files.append('report h s 0 1');
  await shim.waitForCommands(1);
  await storedIn(disk.folder, ({ results }) => results === 0);
  const filler = fill(disk.folder);
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
