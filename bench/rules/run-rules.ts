/**
 * Rules: `nagtail sec` beside the real SEC, the same command line, rules and log. Processor
 * time is that of all threads, start and end of the program included.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeLog } from '../log-lines.ts';
import { measureWork, type WorkResult } from './measure-work.ts';
import { scalingChart } from './scaling-chart.ts';
import { allWorks, type LogName, logNames, type Work } from './works.ts';

const usage = `usage: bench/run [--quick] [--runs=N] [--only=TEXT]

Runs nagtail and the real SEC by turns and prints medians. Needs sec and GNU time (/usr/bin/time).
  --quick      a tenth of the lines and one run: some three minutes instead of half an hour; the start
               of the programs weighs more then, so that ratios are lower
  --runs=N     how many runs the medians are of (3)
  --only=TEXT  only works whose name holds the text; writes no results
A whole run writes bench/results/rules.csv and bench/results/scaling.svg, a quick one nothing.`;

const addressesOf: Readonly<Record<LogName, number>> = {
  mixed: 5_000,
  'logins of 10k': 10_000,
  'logins of 100k': 100_000,
};

const head =
  'work,SEC lines/s of CPU,nagtail lines/s of CPU,ratio,wanted,SEC lines/s,nagtail lines/s,ratio,SEC MiB,nagtail MiB,memory wanted';

main();

function main(): void {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const runs = Number(values.runs ?? (values.quick ? 1 : 3));
  const works = allWorks(values.quick).filter(({ name }) => name.includes(values.only));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-bench-'));
  try {
    const results = measureAll(works, folder, runs);
    if (!values.quick && values.only === '') save(works, results);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Results = ReadonlyMap<Work, WorkResult | undefined>;

function measureAll(works: readonly Work[], folder: string, runs: number): Results {
  for (const name of logNames) {
    const lines = works.filter(({ log }) => log === name).map(({ ourLines }) => ourLines);
    if (lines.length === 0) continue;
    const mix = name === 'mixed' ? 'mixed' : 'logins';
    const addresses = addressesOf[name];
    writeLog(path.join(folder, name), { lines: Math.max(...lines), mix, addresses });
  }
  const nagtail = path.join(import.meta.dirname, '../../scripts/nagtail');
  const results = new Map<Work, WorkResult | undefined>();
  console.log(head);
  for (const work of works) {
    const result = measureWork(work, { folder, runs, nagtail });
    if (result === undefined) process.exitCode = 1;
    results.set(work, result);
    console.log(lineOf(work, result));
  }
  return results;
}

function lineOf({ name, ratioMin, comparesMemory }: Work, result: WorkResult | undefined): string {
  // A ratio of different works means nothing.
  if (result === undefined) return `"${name}",outputs differ`;
  const { sec, nagtail } = result;
  const cpu = nagtail.linesPerCpuS / sec.linesPerCpuS;
  const wall = nagtail.linesPerWallS / sec.linesPerWallS;
  return [
    `"${name}"`,
    sec.linesPerCpuS.toFixed(0),
    nagtail.linesPerCpuS.toFixed(0),
    cpu.toFixed(1),
    ratioMin === undefined ? '' : verdict(cpu >= ratioMin, ratioMin),
    sec.linesPerWallS.toFixed(0),
    nagtail.linesPerWallS.toFixed(0),
    wall.toFixed(1),
    sec.peakMib.toFixed(0),
    nagtail.peakMib.toFixed(0),
    comparesMemory ? verdict(nagtail.peakMib <= sec.peakMib, sec.peakMib) : '',
  ].join(',');
}

function verdict(isReached: boolean, wanted: number): string {
  return `${wanted.toFixed(0)} ${isReached ? 'reached' : 'missed'}`;
}

function save(works: readonly Work[], results: Results): void {
  const folder = path.join(import.meta.dirname, '../results');
  mkdirSync(folder, { recursive: true });
  const lines = works.map((work) => lineOf(work, results.get(work)));
  writeFileSync(path.join(folder, 'rules.csv'), `${[head, ...lines].join('\n')}\n`);
  const points = works.flatMap((work) => {
    const result = results.get(work);
    if (work.ruleCount === undefined || result === undefined) return [];
    const { sec, nagtail } = result;
    return [{ rules: work.ruleCount, sec: sec.linesPerCpuS, nagtail: nagtail.linesPerCpuS }];
  });
  writeFileSync(path.join(folder, 'scaling.svg'), scalingChart(points));
}
