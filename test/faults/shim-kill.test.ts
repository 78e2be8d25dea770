import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { FifoReader, makeFifo } from '../support/fifo.ts';
import { freePort } from '../support/free-port.ts';
import type { Program } from '../support/program.ts';
import { RawNscaClient } from '../support/raw-nsca-client.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

/** SEED=n KILLS=m replays a run, or makes a longer one. */
const kills = Number(process.env['KILLS'] ?? 8);
const hosts = 5;

/** A client that sends its numbers on and on, and again what was not closed orderly. */
class Client {
  readonly #host: string;
  readonly #port: number;
  /** How often each number was sent. */
  readonly sent = new Map<number, number>();
  acknowledged = 0;
  #stopped = false;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(below: (end: number) => number): Promise<void> {
    while (!this.#stopped) {
      const count = 1 + below(40);
      while (!(await this.#send(count))) await delay(5);
      this.acknowledged += count;
    }
  }

  /** Sends the next numbers; true when they are acknowledged. */
  async #send(count: number): Promise<boolean> {
    try {
      const client = await RawNscaClient.connect(this.#port, 1, 'secret');
      const packets = Array.from({ length: count }, (_, n) => {
        const number = this.acknowledged + n + 1;
        this.sent.set(number, (this.sent.get(number) ?? 0) + 1);
        return client.packet({ host: this.#host, output: String(number) }, 720);
      });
      await client.send(Buffer.concat(packets));
      return (await client.end()) === 'closed';
    } catch {
      return false;
    }
  }
}

/** The numbers of a host, in the order in which they arrived. */
function arrivals(reader: FifoReader, host: string): number[] {
  return reader.lines
    .map((line) => line.split(';'))
    .filter((fields) => fields[1] === host)
    .map((fields) => Number(fields[4]));
}

test(`kill -9 of the receiver, ${kills} times: nothing that was acknowledged is missing`, async (t) => {
  const { below } = seededRandom(t);
  const path = makeFifo(join(tempDir(t), 'nagios.cmd'));
  const reader = FifoReader.forTest(t, path);
  const port = await freePort();
  const files = new ShimFiles(t, { port, method: 1, commandFile: path });
  let shim: Program = await files.start();
  const clients = Array.from({ length: hosts }, (_, n) => new Client(`h${n}`, port));
  const running = clients.map((client) => client.run(below));
  const acknowledged = () => clients.reduce((sum, client) => sum + client.acknowledged, 0);
  for (let kill = 0; kill < kills; kill++) {
    const enough = acknowledged() + below(1500);
    if (below(2) === 0) reader.pause();
    await waitFor('acknowledgements', acknowledged, (count) => count >= enough);
    await shim.stop('SIGKILL');
    reader.resume();
    shim = await files.start();
  }
  for (const client of clients) client.stop();
  await Promise.all(running);
  let written = 0;
  for (const [index, client] of clients.entries()) {
    const numbers = await waitFor(
      `the last number of h${index}`,
      () => arrivals(reader, `h${index}`),
      (seen) => seen.includes(client.acknowledged),
    );
    const first = [...new Set(numbers)];
    assert.deepEqual(
      first,
      Array.from({ length: first.length }, (_, n) => n + 1),
    );
    assert.equal(first.length, client.acknowledged);
    const resent = [...client.sent.values()].reduce((sum, times) => sum + times - 1, 0);
    written += Math.max(0, numbers.length - first.length - resent);
  }
  // Beyond what clients sent again, a kill between a write and the note of it repeats one write.
  t.diagnostic(`${acknowledged()} acknowledged, ${written} repeated by the receiver itself`);
  assert.ok(written <= kills * 80, `${written} lines more than clients sent`);
  await shim.stop();
});
