/**
 * What a program costs that has nothing to do: time to start, time until it is ready with 1,000
 * rules, processor time and memory while idle; `nagtail run` beside the real SEC.
 *
 * usage: node bench/standing.ts [IDLE_SECONDS=20] [RUNS=7]
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { median } from './median.ts';
import { processUsage, settleMs } from './process-usage.ts';
import { singleRules } from './rules/rule-sets.ts';

const [idleSeconds = 20, runs = 7] = process.argv.slice(2).map(Number);

const nagtail = path.join(import.meta.dirname, '../scripts/nagtail');
const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-standing-'));
const log = path.join(folder, 'log');
const config = path.join(folder, 'nagtail.ini');
writeFileSync(log, '');
writeFileSync(
  config,
  `[agent]\nhost_name = h\nstate_dir = state\nrules = *.sec\n[input.log]\npath = ${log}\n[receiver.main]\nprotocol = command-file\npath = commands\ncreate = yes\n`,
);

/** What programs tell. */
const messages = path.join(folder, 'messages');

/** Programs, and what tells that they are ready. */
const programs = {
  SEC: {
    words: ['sec', `--conf=${folder}/rules.sec`, `--input=${log}`, `--log=${folder}/messages`],
    ready: 'Opening input file',
  },
  nagtail: {
    words: ['sh', '-c', `exec "$0" run --config "$1" 2>>${folder}/messages`, nagtail, config],
    ready: '[READY ',
  },
};

try {
  const version = Array.from({ length: runs }, () =>
    timed(() => spawnSync(nagtail, ['--version'])),
  );
  console.log(`nagtail --version: ${median(version).toFixed(0)} ms`);
  for (const rules of [1, 1_000]) {
    writeFileSync(path.join(folder, 'rules.sec'), singleRules(rules, 'RegExp'));
    for (const name of ['SEC', 'nagtail'] as const) await measure(name, rules);
  }
} finally {
  rmSync(folder, { recursive: true });
}

function timed(work: () => unknown): number {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

async function measure(name: keyof typeof programs, rules: number): Promise<void> {
  const starts: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { child, readyMs } = await start(name);
    starts.push(readyMs);
    if (run === runs - 1) await tellIdle(child.pid ?? 0, `${name}, ${rules} rules`);
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  console.log(`${name}, ${rules} rules: ready after ${median(starts).toFixed(0)} ms`);
}

/** Starts a program and waits until it says that it is ready. */
async function start(name: keyof typeof programs) {
  const { words, ready } = programs[name];
  const [program = '', ...others] = words;
  const beganMs = performance.now();
  writeFileSync(messages, '');
  const child = spawn(program, others, { stdio: 'ignore' });
  while (!readFileSync(messages, 'utf8').includes(ready)) {
    if (child.exitCode !== null) throw new Error(`${program} has ended: ${readFileSync(messages)}`);
    await setTimeout(2);
  }
  return { child, readyMs: performance.now() - beganMs };
}

async function tellIdle(pid: number, what: string): Promise<void> {
  await setTimeout(settleMs);
  const before = processUsage(pid).cpuMs;
  await setTimeout(idleSeconds * 1_000);
  const share = ((processUsage(pid).cpuMs - before) / idleSeconds / 1_000) * 100;
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mib = (field: string) =>
    (Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(rollup)?.[1]) / 1024).toFixed(0);
  const memory = `${mib('Rss')} MiB, ${mib('Private_Dirty')} of them its own`;
  console.log(`${what}, idle: ${share.toFixed(2)} % of one processor, ${memory}`);
}
