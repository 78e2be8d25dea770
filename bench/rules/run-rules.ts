/**
 * Rules: `nagtail sec` beside the real SEC, the same command line, rules and log. Processor
 * time is that of all threads, start and end of the program included.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeLog } from '../log-lines.ts';
import { measureWork, type WorkResult } from './measure-work.ts';
import { head, saveLine } from './save-line.ts';
import { allWorks, type LogName, logNames, type Work } from './works.ts';

const usage = `usage: bench/run [--quick] [--runs=N] [--only=TEXT]

Runs nagtail and the real SEC by turns and prints medians. Needs sec and GNU time (/usr/bin/time).
  --quick      a tenth of the lines and one run: some three minutes instead of half an hour; the start
               of the programs weighs more then, so that ratios are lower
  --runs=N     how many runs the medians are of (3)
  --only=TEXT  only works whose name holds the text
Each work's line goes into bench/results/rules.csv as soon as it is measured, and the scaling curve into
bench/results/scaling.svg; a quick run writes neither.`;

const addressesOf: Readonly<Record<LogName, number>> = {
  mixed: 5_000,
  'logins of 10k': 10_000,
  'logins of 100k': 100_000,
};

const nagtail = path.join(import.meta.dirname, '../../scripts/nagtail');

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
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-bench-'));
  try {
    const works = allWorks(values.quick);
    const wanted = works.filter(({ name }) => name.includes(values.only));
    writeLogs(wanted, folder);
    console.log(head);
    for (const work of wanted) {
      const line = lineOf(work, measureWork(work, { folder, runs, nagtail }));
      console.log(line);
      if (!values.quick) saveLine(works, work, line);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes the logs that the works need. */
function writeLogs(works: readonly Work[], folder: string): void {
  for (const name of logNames) {
    const lines = works.filter(({ log }) => log === name).map(({ ourLines }) => ourLines);
    if (lines.length === 0) continue;
    const mix = name === 'mixed' ? 'mixed' : 'logins';
    const addresses = addressesOf[name];
    writeLog(path.join(folder, name), { lines: Math.max(...lines), mix, addresses });
  }
}

function lineOf({ name, ratioMin, comparesMemory }: Work, result: WorkResult | undefined): string {
  if (result === undefined) {
    // A ratio of different works means nothing.
    process.exitCode = 1;
    return `"${name}",outputs differ`;
  }
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
