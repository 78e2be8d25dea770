import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { peer } from '../test/support/peers.ts';
import {
  medianRun,
  numbersIn,
  type ReceiverPlace,
  startShim,
  withReceiver,
} from './measured-receiver.ts';
import { runBatchLoad, runNscaNgLoad } from './nsca-ng-load.ts';

/*
 * The real nsca-ng and nagtail-shim side by side, in NSCA-ng's own protocol; and the shim with
 * nagtail/1. What counts is the OKAY or the acknowledgement of each result: with nagtail-shim it is
 * on disk then, with nsca-ng in its memory. See bench/README.md.
 */

const identity = 'web01';
const password = 'correct horse battery staple';

const { values: options } = parseArgs({
  options: {
    clients: { type: 'string', default: '1,10,50' },
    'per-session': { type: 'string', default: '1,100' },
    tls: { type: 'string', default: '1.3,1.2' },
    results: { type: 'string', default: '10000' },
    'batch-results': { type: 'string', default: '200000' },
    runs: { type: 'string', default: '3' },
  },
});

type Server = 'nsca-ng' | 'shim' | 'shim, nagtail/1';

interface Measured {
  readonly resultsPerSecond: number;
  readonly cpuMsPerResult: number;
  readonly peakRssMib: number;
  readonly lost: number;
}

function startServer(server: Server, place: ReceiverPlace): ChildProcess {
  const { folder, port, fifo } = place;
  if (server !== 'nsca-ng') {
    const listener = `[listen.nsca-ng]\naddress = 127.0.0.1\nport = ${port}\n`;
    const rights = `password = ${password}\nhosts = .*\nservices = .*\n`;
    return startShim(place, `${listener}[identity.${identity}]\n${rights}`);
  }
  const file = path.join(folder, 'nsca-ng.cfg');
  writeFileSync(
    file,
    `listen = "127.0.0.1:${port}"\ncommand_file = "${fifo}"\ntemp_directory = "${folder}"\n` +
      `authorize "${identity}" {\n password = "${password}"\n hosts = ".*"\n services = ".*@.*"\n}\n`,
  );
  return spawn(peer('nsca-ng').path, ['-c', file, '-F', '-S'], { stdio: 'ignore' });
}

interface Case {
  readonly tls: string;
  readonly clients: number;
  readonly resultsPerSession: number;
}

/** With TLS 1.3 the real server stands still for 40 ms a session. */
function resultsOf(server: Server, { tls, clients, resultsPerSession }: Case): number {
  if (server === 'shim, nagtail/1') return Number(options['batch-results']);
  const sessions = tls === '1.3' && server === 'nsca-ng' ? 40 : 400;
  const most = Math.max(clients, sessions) * resultsPerSession;
  return Math.min(most, Number(options.results));
}

async function measure(server: Server, one: Case): Promise<Measured> {
  const results = resultsOf(server, one);
  const start = (place: ReceiverPlace) => startServer(server, place);
  return await withReceiver(start, 0, async ({ port, lines, usage }) => {
    const tlsMax = one.tls === '1.3' ? 'TLSv1.3' : 'TLSv1.2';
    const load = { ...one, port, identity, password, results, tlsMax } as const;
    const before = usage();
    const startMs = performance.now();
    await (server === 'shim, nagtail/1' ? runBatchLoad(load) : runNscaNgLoad(load));
    const seconds = (performance.now() - startMs) / 1000;
    // nsca-ng hands over by a file what a pipe does not take at once: its lines are not counted.
    const arrived = server === 'nsca-ng' ? results : await lines.waitFor(results);
    const after = usage();
    return {
      resultsPerSecond: results / seconds,
      cpuMsPerResult: (after.cpuMs - before.cpuMs) / results,
      peakRssMib: after.peakRssMib,
      lost: results - arrived,
    };
  });
}

/** What is lost counts in any run. */
function median(runs: readonly Measured[]): Measured {
  return { ...medianRun(runs), lost: runs.reduce((sum, run) => sum + run.lost, 0) };
}

function shown({ resultsPerSecond, cpuMsPerResult, peakRssMib, lost }: Measured): string {
  const speed = Math.round(resultsPerSecond).toLocaleString('en');
  return `${speed} | ${cpuMsPerResult.toFixed(4)} | ${peakRssMib.toFixed(1)} | ${lost}`;
}

const cases = options.tls
  .split(',')
  .flatMap((tls) =>
    numbersIn(options['per-session']).flatMap((resultsPerSession) =>
      numbersIn(options.clients).map((clients): Case => ({ tls, resultsPerSession, clients })),
    ),
  );

async function compare(servers: readonly Server[], one: Case): Promise<void> {
  const runs = new Map<Server, Measured[]>(servers.map((server) => [server, []]));
  for (let run = 0; run < Number(options.runs); run++) {
    for (const server of servers) runs.get(server)?.push(await measure(server, one));
  }
  const real = runs.get('nsca-ng');
  for (const server of servers) {
    const measured = median(runs.get(server) ?? []);
    const ratio = real && (measured.resultsPerSecond / median(real).resultsPerSecond).toFixed(1);
    const isBatch = server === 'shim, nagtail/1';
    const protocol = isBatch ? 'nagtail/1' : `NSCA-ng, ${one.resultsPerSession} a session`;
    const name = server.split(',')[0];
    const columns = [protocol, one.tls, one.clients, name, shown(measured), ratio ?? ''];
    console.log(`| ${columns.join(' | ')} |`);
  }
}

console.log(
  '| protocol | TLS | clients | server | results/s | CPU ms a result | MiB | lost | ratio |',
);
console.log(`|${' --- |'.repeat(9)}`);
for (const one of cases) await compare(['nsca-ng', 'shim'], one);
for (const clients of numbersIn(options.clients)) {
  await compare(['shim, nagtail/1'], { tls: '1.3', clients, resultsPerSession: 0 });
}
