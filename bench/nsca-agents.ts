import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { initPacketBytes } from '../protocol/nsca/init-packet.ts';
import { FifoReader, makeFifo } from '../test/support/fifo.ts';
import { freePort } from '../test/support/free-port.ts';
import { RawNscaClient } from '../test/support/raw-nsca-client.ts';
import { startShim, untilItAnswers } from './measured-receiver.ts';
import { processUsage } from './process-usage.ts';

/*
 * A thousand agents, each with one result every ten seconds, for a minute: does every one
 * arrive, and how long is it from the send to the line in the command file?
 */

const agents = 1000;
const intervalMs = 10_000;
const rounds = Number(process.argv[2] ?? 6);
const method = 14;
const password = 'correct horse battery staple';

const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-bench-'));
const fifo = makeFifo(path.join(folder, 'nagios.cmd'));
const reader = new FifoReader(fifo);
const port = await freePort();
const listener = `[listen.nsca]\naddress = 127.0.0.1\nport = ${port}\nmax_connections_per_address = 1000\n`;
const secrets = `encryption_method = ${method}\npassword = ${password}\n`;
const shim = startShim({ folder, port, fifo }, listener + secrets);
await untilItAnswers(port, initPacketBytes);

/** When each result was sent, by its service. */
const sentMs = new Map<string, number>();
const latencies: number[] = [];
let seenTo = 0;
const watch = setInterval(() => {
  const nowMs = performance.now();
  const lines = reader.text.slice(seenTo).split('\n').slice(0, -1);
  for (const line of lines) {
    seenTo += line.length + 1;
    const sent = sentMs.get(line.split(';')[2] ?? '');
    if (sent !== undefined) latencies.push(nowMs - sent);
  }
}, 2);

let failed = 0;
const running = Array.from({ length: agents }, async (_, agent) => {
  await delay((agent * intervalMs) / agents);
  for (let round = 0; round < rounds; round++) {
    const nextMs = performance.now() + intervalMs;
    try {
      await report(`s${agent}.${round}`);
    } catch {
      failed++;
    }
    if (round < rounds - 1) await delay(Math.max(0, nextMs - performance.now()));
  }
});
await Promise.all(running);
const expected = agents * rounds;
const endMs = performance.now() + 5000;
while (latencies.length < expected && performance.now() < endMs) await delay(10);
clearInterval(watch);
const usage = processUsage(shim.pid ?? 0);
const sorted = latencies.toSorted((a, b) => a - b);
const quantile = (part: number) => (sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(1);
console.log(
  `${latencies.length} of ${expected} results arrived, ${failed} clients failed; ms from send to ` +
    `line: median ${quantile(0.5)}, p99 ${quantile(0.99)}, most ${quantile(1)}; ` +
    `CPU ${(usage.cpuMs / expected).toFixed(2)} ms a result, ${usage.peakRssMib.toFixed(0)} MiB`,
);
shim.kill('SIGKILL');
await once(shim, 'exit');
reader.close();
rmSync(folder, { recursive: true, force: true });
process.exitCode = latencies.length === expected && failed === 0 ? 0 : 1;

async function report(service: string): Promise<void> {
  const client = await RawNscaClient.connect(port, method, password);
  const packet = client.packet({ service });
  sentMs.set(service, performance.now());
  await client.send(packet);
  if ((await client.end()) === 'reset') throw new Error('reset');
}
