import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RawNscaClient } from '../support/raw-nsca-client.ts';
import { ShimFiles } from '../support/shim-files.ts';
import { waitFor } from '../support/wait-for.ts';

/** As many as `max_connections` allows at most; fewer where a process may not open so many files. */
const connectionsMax = 10_000;

/** Beside connections: files, threads, the journal. */
const spareFiles = 500;

/** What a receiver with so many connections may take, in MiB. */
const residentMax = 500;

/** Opened at a time. */
const openingAtOnce = 100;

function filesMax(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}

test('ten thousand clients are connected at once, and each is served', {
  timeout: 600_000,
}, async (t) => {
  const count = Math.min(connectionsMax, filesMax() - spareFiles);
  t.diagnostic(`${count} connections`);
  // Fewer would show little; most systems allow 4096 and more.
  assert.ok(count >= 3_000, `ulimit -Hn allows only ${count} connections`);
  const files = new ShimFiles(t, { port: 0, method: 14, listenKeys: keysFor(count) });
  const shim = await files.start();
  const { port, pid } = { port: Number((await shim.record('LISTENING'))['port']), pid: shim.pid };
  const clients: RawNscaClient[] = [];
  t.after(() => {
    for (const { socket } of clients) socket.destroy();
  });
  while (clients.length < count) {
    const more = Math.min(openingAtOnce, count - clients.length);
    const opening = Array.from({ length: more }, () => RawNscaClient.connect(port, 14, 'secret'));
    clients.push(...(await Promise.all(opening)));
  }
  await assert.rejects(RawNscaClient.connect(port, 14, 'secret'), 'one too many is turned away');
  await waitFor('it to be told', () => shim.records('CONNECTIONS_FULL').length > 0);
  // The last first: none has to wait for another.
  const endings = clients.toReversed().map(async (client, number) => {
    await client.send(client.packet({ service: `service ${number}` }));
    return await client.end();
  });
  assert.deepEqual(new Set(await Promise.all(endings)), new Set(['closed']));
  const commands = await files.waitForCommands(count);
  assert.equal(new Set(commands).size, count);
  const resident = Number(
    /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1],
  );
  t.diagnostic(`at most ${Math.round(resident / 1024)} MiB`);
  assert.ok(resident / 1024 < residentMax, `${resident} kB`);
});

function keysFor(connections: number): string {
  const keys = {
    max_connections: connections,
    max_connections_per_address: connections,
    // Opening all may take a while on a busy machine.
    handshake_timeout: 600,
  };
  return Object.entries(keys)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}
