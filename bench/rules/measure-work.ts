import { closeSync, copyFileSync, openSync, readSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { median } from '../median.ts';
import { type TimedRun, timedProgram } from './timed-program.ts';
import type { Work } from './works.ts';

/** Medians of a program's runs. */
export interface Usage {
  /** Lines a second of processor time, start and end of the program included. */
  readonly linesPerCpuS: number;
  readonly linesPerWallS: number;
  readonly peakMib: number;
}

export interface WorkResult {
  readonly sec: Usage;
  readonly nagtail: Usage;
}

export interface Bench {
  /** A folder for rule files and logs; each log has the name of its kind. */
  readonly folder: string;
  /** How many runs the medians are of. */
  readonly runs: number;
  /** Options that nagtail has beside SEC's. */
  readonly nagtail: string;
}

/**
 * Runs SEC and nagtail by turns, with the same rules and lines. First what they write is
 * compared: a run that did less would look fast.
 * @returns undefined when they do not write the same
 */
export function measureWork(work: Work, bench: Bench): WorkResult | undefined {
  const { folder, runs, nagtail } = bench;
  const rules = path.join(folder, 'rules.sec');
  writeFileSync(rules, work.rules);
  const whole = path.join(folder, work.log);
  const forSec = firstLines(whole, work.secLines, path.join(folder, 'for-sec.log'));
  const forUs = firstLines(whole, work.ourLines, path.join(folder, 'for-nagtail.log'));
  const words = (log: string) => [`--conf=${rules}`, `--input=${log}`, '--notail'];
  const runSec = () => timedProgram('sec', words(forSec));
  const runOurs = (log: string) => timedProgram(nagtail, ['sec', ...words(log)]);
  const same = runOurs(forSec);
  const sec: TimedRun[] = [];
  const ours: TimedRun[] = [];
  for (let run = 0; run < runs; run++) {
    sec.push(runSec());
    ours.push(runOurs(forUs));
  }
  const wanted = work.secLines === work.ourLines ? same.output : ours[0]?.output;
  if (sec.some(({ output }) => output !== same.output)) return undefined;
  if (ours.some(({ output }) => output !== wanted)) return undefined;
  return { sec: usageOf(sec, work.secLines), nagtail: usageOf(ours, work.ourLines) };
}

function usageOf(runs: readonly TimedRun[], lines: number): Usage {
  return {
    linesPerCpuS: lines / median(runs.map(({ cpuS }) => cpuS)),
    linesPerWallS: lines / median(runs.map(({ wallS }) => wallS)),
    peakMib: median(runs.map(({ peakMib }) => peakMib)),
  };
}

/** Writes the first lines of a file into another. */
function firstLines(from: string, count: number, to: string): string {
  copyFileSync(from, to);
  const fd = openSync(from, 'r');
  const block = Buffer.alloc(1024 * 1024);
  let left = count;
  let bytes = 0;
  try {
    for (let length = readSync(fd, block); length > 0; length = readSync(fd, block)) {
      let at = 0;
      while (left > 0 && at < length) {
        const end = block.indexOf(10, at);
        if (end < 0 || end >= length) break;
        at = end + 1;
        left--;
      }
      if (left === 0) {
        truncateSync(to, bytes + at);
        return to;
      }
      bytes += length;
    }
  } finally {
    closeSync(fd);
  }
  throw new Error(`${from} has fewer than ${count} lines`);
}
