import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { commandsOf } from '../support/external-commands.ts';
import { FifoReader, makeFifo } from '../support/fifo.ts';
import { freePort } from '../support/free-port.ts';
import { RawNscaClient } from '../support/raw-nsca-client.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

test('state_dir is removed under a receiver: what it said was safe survives a kill', async (t) => {
  const commandFile = makeFifo(path.join(tempDir(t), 'nagios.cmd'));
  const port = await freePort();
  const shim = new ShimFiles(t, { port, method: 1, commandFile });
  const first = await shim.start();
  const send = async (output: string) => {
    const client = await RawNscaClient.connect(port, 1, 'secret');
    await client.send(client.packet({ host: 'h', output }, 720));
    assert.equal(await client.end(), 'closed');
  };
  // Nobody reads the command file: they wait in the journal.
  await send('one');
  rmSync(path.dirname(shim.statusSocket), { recursive: true });
  await send('two');
  await first.record('JOURNAL_LOST');
  await first.stop('SIGKILL');
  const reader = FifoReader.forTest(t, commandFile);
  await shim.start();
  const isThere = (lines: readonly string[]) => lines.length >= 2;
  const lines = await waitFor('two results', () => reader.lines, isThere);
  assert.deepEqual(
    commandsOf(`${lines.join('\n')}\n`).map((command) => command.split(';').at(-1)),
    ['one', 'two'],
  );
});
