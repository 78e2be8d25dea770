/**
 * From the write of a line into a log to the result on the wire: `nagtail run` beside the real
 * SEC with send_nsca, both reporting over NSCA without encryption to the same receiver.
 *
 * usage: node bench/latency.ts [SECONDS=20]
 */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { processUsage } from './process-usage.ts';
import { receiveResults } from './receiver-of-results.ts';

const [seconds = 20] = process.argv.slice(2).map(Number);

/** How lines come: so many a second, every so many of which makes a result. */
interface Pace {
  readonly lines: number;
  readonly every: number;
}
const paces: readonly Pace[] = [
  { lines: 10, every: 1 },
  { lines: 1_000, every: 10 },
];

/** Between two writes into the log. */
const writeEveryMs = 10;
/** How long results may come late before they count as lost. */
const patienceMs = 10_000;

const rule = (action: string) =>
  `type=Single\nptype=RegExp\npattern=report (\\d+)\ndesc=a result\naction=${action}\n`;

const programs = {
  SEC: (folder: string, log: string, port: number) => {
    const config = path.join(folder, 'send_nsca.cfg');
    writeFileSync(config, 'encryption_method=0\n');
    const send = `/usr/sbin/send_nsca -H 127.0.0.1 -p ${port} -c ${config} >/dev/null`;
    const rules = path.join(folder, 'rules.sec');
    writeFileSync(rules, rule(`pipe 'h\ts\t0\t$1' ${send}`));
    return ['sec', `--conf=${rules}`, `--input=${log}`];
  },
  nagtail: (folder: string, log: string, port: number) => {
    writeFileSync(path.join(folder, 'rules.sec'), rule('submit h;s;0;$1'));
    const config = path.join(folder, 'nagtail.ini');
    writeFileSync(
      config,
      `[agent]\nhost_name = h\nstate_dir = state\nrules = rules.sec\n[input.log]\npath = ${log}\n[receiver.main]\nprotocol = nsca\nhost = 127.0.0.1\nport = ${port}\nencryption_method = 0\npassword = none\n`,
    );
    return [path.join(import.meta.dirname, '../scripts/nagtail'), 'run', '--config', config];
  },
};

const root = mkdtempSync(path.join(os.tmpdir(), 'nagtail-latency-'));
try {
  console.log('program,lines/s,results/s,median ms,p99 ms,longest ms,lost,% of one processor');
  for (const pace of paces) {
    for (const name of ['SEC', 'nagtail'] as const) console.log(await measure(name, pace));
  }
} finally {
  rmSync(root, { recursive: true });
}

async function measure(name: keyof typeof programs, pace: Pace): Promise<string> {
  const folder = path.join(root, `${name}-${pace.lines}`);
  mkdirSync(folder);
  const log = path.join(folder, 'log');
  writeFileSync(log, '');
  const writtenAt = new Map<number, number>();
  const latencies: number[] = [];
  const receiver = await receiveResults((output, atMs) => {
    const since = writtenAt.get(Number(output));
    // Number 0 tells that the program is ready.
    if (since !== undefined && output !== '0') latencies.push(atMs - since);
    writtenAt.delete(Number(output));
  });
  const [program = '', ...words] = programs[name](folder, log, receiver.port);
  const child = spawn(program, words, { stdio: 'ignore' });
  try {
    await untilReady(log, writtenAt, () => child.exitCode !== null);
    const before = processUsage(child.pid ?? 0);
    const count = await write(log, pace, writtenAt);
    const cpuMs = processUsage(child.pid ?? 0).cpuMs - before.cpuMs;
    const endMs = performance.now() + patienceMs;
    while (writtenAt.size > 0 && performance.now() < endMs) await setTimeout(20);
    latencies.sort((left, right) => left - right);
    const at = (share: number) =>
      latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
    const figures = [at(0.5), at(0.99), at(1)].map((ms) => ms.toFixed(1));
    const lost = count - latencies.length;
    const share = ((cpuMs / seconds / 1_000) * 100).toFixed(1);
    return [name, pace.lines, pace.lines / pace.every, ...figures, lost, share].join(',');
  } finally {
    child.kill('SIGKILL');
    receiver.close();
  }
}

/** Writes a line now and then until its result has come. */
async function untilReady(
  log: string,
  writtenAt: Map<number, number>,
  hasEnded: () => boolean,
): Promise<void> {
  do {
    if (hasEnded()) throw new Error('the program has ended: run it by hand to see why');
    writtenAt.set(0, performance.now());
    appendFileSync(log, 'report 0\n');
    for (let wait = 0; wait < 50 && writtenAt.has(0); wait++) await setTimeout(20);
  } while (writtenAt.has(0));
  await setTimeout(2_000);
}

/** Writes at its pace; returns how many results are to come. */
async function write(
  log: string,
  { lines, every }: Pace,
  writtenAt: Map<number, number>,
): Promise<number> {
  const beganMs = performance.now();
  let written = 0;
  let results = 0;
  while (written < lines * seconds) {
    const due = Math.min(
      lines * seconds,
      Math.floor(((performance.now() - beganMs) / 1_000) * lines),
    );
    let text = '';
    for (; written < due; written++) {
      if (written % every > 0) text += `noise ${written} of something else\n`;
      else {
        results++;
        writtenAt.set(results, performance.now());
        text += `report ${results}\n`;
      }
    }
    if (text !== '') appendFileSync(log, text);
    await setTimeout(writeEveryMs);
  }
  return results;
}
