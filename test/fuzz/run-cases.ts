import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TranscriptLevel } from '../support/counted-lines.ts';
import { EngineProcess } from './engine-process.ts';
import { judgeCase, type Verdict } from './judge-case.ts';

export interface RunCasesOptions {
  /** Files in the format of test/oracle. */
  readonly cases: readonly string[];
  readonly level: TranscriptLevel;
  /** How many cases run at once. */
  readonly jobs: number;
  /** The folder for cases that fail, and for their transcripts. */
  readonly keep: string;
  readonly onCase?: () => void;
}

/** A case in which nagtail does something else than SEC. */
export interface FuzzFailure {
  /** Where the case now is. */
  readonly kept: string;
  /** The first line that differs. */
  readonly difference: string;
}

export interface FuzzReport {
  readonly passed: number;
  /** Cases in which SEC itself does now this, now that. */
  readonly dropped: number;
  readonly failures: readonly FuzzFailure[];
}

/** Runs cases in SEC and in nagtail, and compares. */
export async function runCases(options: RunCasesOptions): Promise<FuzzReport> {
  const { cases, level, jobs, keep, onCase } = options;
  const verdicts = new Map<string, Verdict>();
  const waiting = [...cases];
  const work = async () => {
    using engine = new EngineProcess();
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      verdicts.set(file, await judgeCase(file, engine, level));
      onCase?.();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
  const failures = cases.flatMap((file) => {
    const verdict = verdicts.get(file);
    if (verdict?.kind !== 'failed') return [];
    return [{ kept: keepCase(file, verdict, keep), difference: verdict.difference }];
  });
  const count = (kind: Verdict['kind']) =>
    [...verdicts.values()].filter((verdict) => verdict.kind === kind).length;
  return { passed: count('passed'), dropped: count('dropped'), failures };
}

function keepCase(file: string, verdict: Verdict & { kind: 'failed' }, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const kept = path.join(folder, path.basename(file));
  if (path.resolve(file) !== kept) copyFileSync(file, kept);
  const base = kept.replace(/\.case$/, '');
  writeFileSync(`${base}.sec`, verdict.theirs, 'latin1');
  writeFileSync(`${base}.nagtail`, verdict.ours, 'latin1');
  return kept;
}
