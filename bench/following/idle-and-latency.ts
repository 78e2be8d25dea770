/**
 * Runs `nagtail run` on many files: how much processor time it takes while nothing is
 * written, and how long a line takes from the write to the output of a rule, in files
 * chosen by turns.
 *
 * usage: node bench/following/idle-and-latency.ts [FILES=2000] [IDLE_SECONDS=20] [LINES=200]
 */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { processUsage, settleMs } from '../process-usage.ts';

const [files = 2_000, idleSeconds = 20, lines = 200] = process.argv.slice(2).map(Number);

const folder = mkdtempSync(join(tmpdir(), 'nagtail-idle-'));
const logs = join(folder, 'logs');
const out = join(folder, 'out');
mkdirSync(logs);
const paths = Array.from({ length: files }, (_, number) => join(logs, `${number}.log`));
for (const path of paths) writeFileSync(path, '');
writeFileSync(out, '');
writeFileSync(
  join(folder, 'rules.sec'),
  `type=Single\nptype=RegExp\npattern=.\ndesc=each line\naction=write ${out} $0\n`,
);
const config = join(folder, 'nagtail.ini');
writeFileSync(
  config,
  `[agent]\nhost_name = bench\nstate_dir = ${folder}/state\nrules = ${folder}/rules.sec
[input.logs]\npath = ${logs}/*.log
from_start = yes
[receiver.none]\nprotocol = command-file\npath = ${folder}/nobody-reads-this\n`,
);
const program = fileURLToPath(new URL('../../scripts/nagtail', import.meta.url));
const agent = spawn(program, ['run', '--config', config, '--log-level', 'error'], {
  stdio: 'inherit',
});

/** Milliseconds until what is in the output ends with the line. */
async function latencyOf(path: string, line: string): Promise<number> {
  const before = statSync(out).size;
  const startMs = performance.now();
  appendFileSync(path, `${line}\n`);
  while (statSync(out).size < before + line.length + 1) await setTimeout(1);
  return performance.now() - startMs;
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
}

try {
  const pid = agent.pid ?? 0;
  await latencyOf(paths[0] ?? '', 'the first line tells that it is ready'.padEnd(40, '.'));
  await setTimeout(settleMs);
  const before = processUsage(pid).cpuMs;
  await setTimeout(idleSeconds * 1_000);
  const percent = ((processUsage(pid).cpuMs - before) / 1_000 / idleSeconds) * 100;
  console.log(`${files} files, idle: ${percent.toFixed(2)} % of one processor`);
  const latencies: number[] = [];
  for (let line = 0; line < lines; line++) {
    latencies.push(await latencyOf(paths[(line * 7) % files] ?? '', `line ${line}`));
    await setTimeout(20);
  }
  latencies.sort((a, b) => a - b);
  const [median, p99, most] = [at(latencies, 0.5), at(latencies, 0.99), at(latencies, 1)];
  console.log(`from write to output: median ${median} ms, p99 ${p99} ms, longest ${most} ms`);
} finally {
  agent.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
