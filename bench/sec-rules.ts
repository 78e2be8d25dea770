import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeLog } from './log-lines.ts';
import { contextRules, singleRules, thresholdRule } from './rule-sets.ts';

/*
 * Rules: `nagtail sec` beside the real sec, the same command line, rules and log. What both
 * write must be equal, or no ratio is printed. CPU is user and system time of all threads,
 * start of the program included. The real SEC gets fewer lines where it would take hours.
 */

const runs = Number(process.env['RUNS'] ?? 3);
const scale = Number(process.env['SCALE'] ?? 1);

/** What is run. */
interface Row {
  readonly name: string;
  readonly rules: string;
  readonly log: 'mixed' | 'logins 10k' | 'logins 100k';
  /** Lines that the real SEC gets, and nagtail for the comparison of outputs. */
  readonly secLines: number;
}

const nagtailLines = 1_000_000 * scale;

const counts = [1, 3, 10, 30, 100, 300, 1000, 3000];
const table: readonly Row[] = [
  ...counts.map((count) => single('RegExp', count)),
  ...[1, 10, 100, 1000].map((count) => single('SubStr', count)),
  {
    name: 'threshold, 10k keys',
    rules: thresholdRule(100 * scale),
    log: 'logins 10k',
    secLines: nagtailLines,
  },
  {
    name: 'threshold, 100k keys',
    rules: thresholdRule(10 * scale),
    log: 'logins 100k',
    secLines: nagtailLines,
  },
  { name: 'contexts, 10k', rules: contextRules, log: 'logins 10k', secLines: nagtailLines },
  { name: 'contexts, 100k', rules: contextRules, log: 'logins 100k', secLines: nagtailLines },
];

function single(type: 'RegExp' | 'SubStr', count: number): Row {
  const secLines = Math.max(2000, Math.min(200_000, Math.round(2_000_000 / count)));
  const name = `${count} ${type}`;
  return { name, rules: singleRules(count, type), log: 'mixed', secLines };
}

interface Usage {
  readonly cpuS: number;
  readonly rssMib: number;
  readonly output: string;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-bench-'));
const nagtail = path.join(import.meta.dirname, '../scripts/nagtail');

try {
  main();
} finally {
  rmSync(folder, { recursive: true });
}

function main(): void {
  const logs = { mixed: 5000, 'logins 10k': 10_000, 'logins 100k': 100_000 };
  for (const [name, addresses] of Object.entries(logs)) {
    const mix = name === 'mixed' ? 'mixed' : 'logins';
    writeLog(path.join(folder, name), { lines: nagtailLines, mix, addresses });
  }
  const head = 'work,SEC lines/s of CPU,nagtail lines/s of CPU,ratio,SEC MiB,nagtail MiB';
  const lines = [head];
  console.log(head);
  for (const row of table) {
    const line = measure(row);
    lines.push(line);
    console.log(line);
  }
  const results = path.join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, 'sec-rules.csv'), `${lines.join('\n')}\n`);
}

function measure({ name, rules, log, secLines }: Row): string {
  const whole = path.join(folder, log);
  const short = path.join(folder, 'short.log');
  const conf = path.join(folder, 'rules.sec');
  writeFileSync(conf, rules);
  writeFileSync(short, firstLines(readFileSync(whole), secLines));
  const sec = Array.from({ length: runs }, () => run('sec', [], conf, short));
  const same = run(nagtail, ['sec'], conf, short);
  if (sec.some(({ output }) => output !== same.output)) return `"${name}",outputs differ`;
  const ours = Array.from({ length: runs }, () => run(nagtail, ['sec'], conf, whole));
  // A run that was cut short would look fast.
  const [firstRun] = ours;
  const wanted = secLines === nagtailLines ? same.output : firstRun?.output;
  if (ours.some(({ output }) => output !== wanted)) return `"${name}",outputs differ`;
  const secSpeed = secLines / median(sec.map(({ cpuS }) => cpuS));
  const ourSpeed = nagtailLines / median(ours.map(({ cpuS }) => cpuS));
  const memory = (usages: readonly Usage[]) =>
    median(usages.map(({ rssMib }) => rssMib)).toFixed(0);
  const ratio = (ourSpeed / secSpeed).toFixed(1);
  return `"${name}",${secSpeed.toFixed(0)},${ourSpeed.toFixed(0)},${ratio},${memory(sec)},${memory(ours)}`;
}

/** Runs a program to its end under GNU time. */
function run(program: string, first: readonly string[], conf: string, input: string): Usage {
  const usage = path.join(folder, 'usage');
  const output = path.join(folder, 'output');
  const words = [...first, `--conf=${conf}`, `--input=${input}`, '--notail'];
  const timed = ['-f', '%U %S %M', '-o', usage, program, ...words];
  const fd = openSync(output, 'w');
  const { status, error } = spawnSync('/usr/bin/time', timed, { stdio: ['ignore', fd, 'ignore'] });
  closeSync(fd);
  if (status !== 0) throw new Error(`${program} ended with ${status} ${error ?? ''}`);
  const [user = 0, system = 0, kib = 0] = readFileSync(usage, 'utf8').split(' ').map(Number);
  const digest = createHash('sha256').update(readFileSync(output)).digest('hex');
  return { cpuS: user + system, rssMib: kib / 1024, output: digest };
}

function firstLines(bytes: Buffer, count: number): Buffer {
  let end = 0;
  for (let line = 0; line < count && end < bytes.length; line++) end = bytes.indexOf(10, end) + 1;
  return bytes.subarray(0, end);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
