import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { initPacketBytes } from '../protocol/nsca/init-packet.ts';
import { type NscaMethod, parseNscaMethod } from '../protocol/nsca/nsca-method.ts';
import { freePort } from '../test/support/free-port.ts';
import { peer } from '../test/support/peers.ts';
import { CommandLines } from './command-lines.ts';
import { runNscaLoad } from './nsca-load.ts';
import { processUsage } from './process-usage.ts';

/*
 * The real nsca and nagtail-shim side by side: the same clients send the same results to
 * both, and what counts is what arrives in the command file. See bench/README.md.
 */

const root = path.resolve(import.meta.dirname, '..');
const password = 'correct horse battery staple';

const { values: options } = parseArgs({
  options: {
    methods: { type: 'string', default: '1,3,14' },
    clients: { type: 'string', default: '1,10,100' },
    results: { type: 'string', default: '1,100' },
    runs: { type: 'string', default: '3' },
  },
});

type Server = 'nsca' | 'shim';

interface Case {
  readonly method: NscaMethod;
  readonly clients: number;
  readonly resultsPerConnection: number;
}

interface Measured {
  readonly resultsPerSecond: number;
  readonly cpuMsPerResult: number;
  readonly peakRssMib: number;
  readonly lost: number;
  readonly unserved: number;
}

/** Enough for a second or two of each server, from what they were seen to do. */
function connectionsOf(server: Server, { method, clients, resultsPerConnection }: Case): number {
  const isSlow = method !== 0 && method !== 1;
  if (resultsPerConnection === 1)
    return Math.max(clients * 5, !isSlow ? 20_000 : server === 'nsca' ? 800 : 4000);
  const results = {
    nsca: method === 14 ? 2000 : isSlow ? 600 : 20_000,
    shim: isSlow && method !== 14 ? 3000 : method === 14 ? 20_000 : 40_000,
  };
  return Math.max(clients, Math.ceil(results[server] / resultsPerConnection));
}

function startServer(
  server: Server,
  folder: string,
  port: number,
  method: NscaMethod,
  fifo: string,
) {
  const file = path.join(folder, 'config');
  if (server === 'nsca') {
    writeFileSync(
      file,
      `server_port=${port}\nserver_address=127.0.0.1\ncommand_file=${fifo}\npassword=${password}\ndecryption_method=${method}\n`,
    );
    return spawn(peer('nsca').path, ['-f', '-c', file, '--single'], { stdio: 'ignore' });
  }
  writeFileSync(
    file,
    `[shim]\nstate_dir = ${folder}/state\n[listen.nsca]\naddress = 127.0.0.1\nport = ${port}\n` +
      `encryption_method = ${method}\npassword = ${password}\nmax_connections_per_address = 1000\n` +
      `[sink.nagios]\ntype = command-file\npath = ${fifo}\n`,
  );
  const main = path.join(root, 'server-shim/main.ts');
  return spawn(process.execPath, [main, 'run', '-c', file, '--log-level', 'warn'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  });
}

async function measure(server: Server, one: Case): Promise<Measured> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-bench-'));
  const lines = new CommandLines(path.join(folder, 'fifo'));
  const port = await freePort();
  const child = startServer(server, folder, port, one.method, lines.fifo);
  try {
    await untilItAnswers(port);
    return await measureRunning(server, child, { ...one, port }, lines);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await lines.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureRunning(
  server: Server,
  child: ChildProcess,
  one: Case & { readonly port: number },
  lines: CommandLines,
): Promise<Measured> {
  const { pid = 0 } = child;
  const connections = connectionsOf(server, one);
  const results = connections * one.resultsPerConnection;
  const load = { ...one, password: Buffer.from(password), connections };
  // A daemon runs for months: that code is compiled, and files are made, at its start is not measured.
  await runNscaLoad(load);
  const arrivedBefore = await lines.waitFor(results);
  const before = processUsage(pid);
  const outcome = await runNscaLoad(load);
  const arrived = (await lines.waitFor(arrivedBefore + results)) - arrivedBefore;
  const after = processUsage(pid);
  return {
    resultsPerSecond: arrived / ((lines.lastMs - outcome.startMs) / 1000),
    cpuMsPerResult: (after.cpuMs - before.cpuMs) / Math.max(1, arrived),
    peakRssMib: after.peakRssMib,
    lost: results - arrived,
    unserved: outcome.unserved,
  };
}

/** Waits until an init packet comes. It is read to its end: nsca must not be left halfway. */
async function untilItAnswers(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      let bytes = 0;
      for await (const chunk of socket) {
        bytes += chunk.length;
        if (bytes >= initPacketBytes) return;
      }
    } catch {
      // Nobody listens there yet.
    } finally {
      socket.destroy();
    }
    await delay(20);
  }
}

/** The run in the middle, by speed. */
function median(runs: readonly Measured[]): Measured {
  const sorted = runs.toSorted((a, b) => a.resultsPerSecond - b.resultsPerSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('no runs');
  // What is lost or unserved counts in any run.
  const lost = runs.reduce((sum, run) => sum + run.lost, 0);
  const unserved = runs.reduce((sum, run) => sum + run.unserved, 0);
  return { ...middle, lost, unserved };
}

function numbers(text: string): number[] {
  return text.split(',').map(Number);
}

function methodsOf(text: string): NscaMethod[] {
  return text.split(',').map((word) => {
    const parsed = parseNscaMethod(word);
    if (!parsed.ok) throw new Error(parsed.message);
    return parsed.method;
  });
}

function shown({ resultsPerSecond, cpuMsPerResult, peakRssMib, lost, unserved }: Measured): string {
  const speed = Math.round(resultsPerSecond).toLocaleString('en');
  return `${speed} | ${cpuMsPerResult.toFixed(3)} | ${peakRssMib.toFixed(1)} | ${lost} / ${unserved}`;
}

const cases = methodsOf(options.methods).flatMap((method) =>
  numbers(options.results).flatMap((resultsPerConnection) =>
    numbers(options.clients).map((clients): Case => ({ method, clients, resultsPerConnection })),
  ),
);
const columns = 'results/s | CPU ms | MiB | lost / unserved';
console.log(`| method | clients | results | nsca ${columns} | shim ${columns} | ratio |`);
console.log(`|${' --- |'.repeat(12)}`);
for (const one of cases) {
  const runs: Record<Server, Measured[]> = { nsca: [], shim: [] };
  for (let run = 0; run < Number(options.runs); run++) {
    runs.nsca.push(await measure('nsca', one));
    runs.shim.push(await measure('shim', one));
  }
  const nsca = median(runs.nsca);
  const shim = median(runs.shim);
  const ratio = (shim.resultsPerSecond / nsca.resultsPerSecond).toFixed(1);
  console.log(
    `| ${one.method} | ${one.clients} | ${one.resultsPerConnection} | ${shown(nsca)} | ${shown(shim)} | ${ratio} |`,
  );
}
