import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { initPacketBytes } from '../protocol/nsca/init-packet.ts';
import { type NscaMethod, parseNscaMethod } from '../protocol/nsca/nsca-method.ts';
import { peer } from '../test/support/peers.ts';
import {
  medianRun,
  numbersIn,
  type ReceiverPlace,
  type RunningReceiver,
  startShim,
  withReceiver,
} from './measured-receiver.ts';
import { runNscaLoad } from './nsca-load.ts';

/*
 * The real nsca and nagtail-shim side by side: the same clients send the same results to
 * both, and what counts is what arrives in the command file. See bench/README.md.
 */

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

function startServer(server: Server, place: ReceiverPlace, method: NscaMethod): ChildProcess {
  const { folder, port, fifo } = place;
  if (server === 'shim') {
    const keys = `address = 127.0.0.1\nport = ${port}\nmax_connections_per_address = 1000\n`;
    const secrets = `encryption_method = ${method}\npassword = ${password}\n`;
    // On a busy machine it takes longer than usual to encrypt all that is sent, after all have connected.
    const patience = 'handshake_timeout = 900\nmax_packet_age = 900\n';
    return startShim(place, `[listen.nsca]\n${keys}${secrets}${patience}`);
  }
  const file = path.join(folder, 'nsca.cfg');
  writeFileSync(
    file,
    `server_port=${port}\nserver_address=127.0.0.1\ncommand_file=${fifo}\npassword=${password}\ndecryption_method=${method}\n`,
  );
  return spawn(peer('nsca').path, ['-f', '-c', file, '--single'], { stdio: 'ignore' });
}

async function measure(server: Server, one: Case): Promise<Measured> {
  const start = (place: ReceiverPlace) => startServer(server, place, one.method);
  return await withReceiver(start, initPacketBytes, (running) =>
    measureRunning(running, one, connectionsOf(server, one)),
  );
}

async function measureRunning(
  { port, lines, usage }: RunningReceiver,
  one: Case,
  connections: number,
): Promise<Measured> {
  const results = connections * one.resultsPerConnection;
  const load = { ...one, port, password: Buffer.from(password), connections };
  // A daemon runs for months: that code is compiled, and files are made, at its start is not measured.
  await runNscaLoad(load);
  const arrivedBefore = await lines.waitFor(results);
  const before = usage();
  const outcome = await runNscaLoad(load);
  const arrived = (await lines.waitFor(arrivedBefore + results)) - arrivedBefore;
  const after = usage();
  return {
    resultsPerSecond: arrived / ((lines.lastMs - outcome.startMs) / 1000),
    cpuMsPerResult: (after.cpuMs - before.cpuMs) / Math.max(1, arrived),
    peakRssMib: after.peakRssMib,
    lost: results - arrived,
    unserved: outcome.unserved,
  };
}

/** What is lost or unserved counts in any run. */
function median(runs: readonly Measured[]): Measured {
  const lost = runs.reduce((sum, run) => sum + run.lost, 0);
  const unserved = runs.reduce((sum, run) => sum + run.unserved, 0);
  return { ...medianRun(runs), lost, unserved };
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
  numbersIn(options.results).flatMap((resultsPerConnection) =>
    numbersIn(options.clients).map((clients): Case => ({ method, clients, resultsPerConnection })),
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
