import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FifoReader, makeFifo } from '../support/fifo.ts';
import { RawNscaClient } from '../support/raw-nsca-client.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const hosts = 20;

/** Numbered results of twenty hosts, sent in connections of a hundred. */
class Sender {
  readonly #port: number;
  readonly sent: string[][] = Array.from({ length: hosts }, () => []);

  constructor(port: number) {
    this.#port = port;
  }

  async send(results: number): Promise<void> {
    const perHost = results / hosts;
    const sending = this.sent.map(async (sent, host) => {
      for (let done = 0; done < perHost; done += 50) {
        const client = await RawNscaClient.connect(this.#port, 1, 'secret');
        const outputs = Array.from({ length: 50 }, (_, n) => String(sent.length + n));
        const packets = outputs.map((output) => client.packet({ host: `h${host}`, output }, 720));
        await client.send(Buffer.concat(packets));
        assert.equal(await client.end(), 'closed');
        sent.push(...outputs);
      }
    });
    await Promise.all(sending);
  }
}

/** The outputs of each host, in the order of the lines. */
function outputsByHost(lines: readonly string[]): string[][] {
  const byHost: string[][] = Array.from({ length: hosts }, () => []);
  for (const line of lines) {
    const [, host = '', , , output = ''] = line.split(';');
    byHost[Number(host.slice(1))]?.push(output);
  }
  return byHost;
}

test('20,000 results through a stopped, a stalled and a restarted Nagios: all arrive once, in order', async (t) => {
  const path = join(tempDir(t), 'nagios.cmd');
  const shim = await new ShimFiles(t, { port: 0, method: 1, commandFile: path }).start();
  const { port } = await shim.record('LISTENING');
  const sender = new Sender(Number(port));
  await sender.send(4000);
  const first = FifoReader.forTest(t, makeFifo(path));
  await waitFor('results', () => first.lines.length > 1000);
  first.pause();
  await sender.send(8000);
  await shim.record('SINK_BLOCKED');
  first.resume();
  await waitFor('results', () => first.lines.length > 6000);
  first.pause();
  await sender.send(4000);
  // Nagios ends with lines in the pipe, its FIFO is removed, and another one made.
  first.close();
  rmSync(path);
  await sender.send(4000);
  const second = FifoReader.forTest(t, makeFifo(path));
  await waitFor(
    '20,000 lines',
    () => first.lines.length + second.lines.length,
    (count) => count >= 20_000,
  );
  assert.deepEqual(outputsByHost([...first.lines, ...second.lines]), sender.sent);
  assert.equal(first.lines.length + second.lines.length, 20_000);
});
