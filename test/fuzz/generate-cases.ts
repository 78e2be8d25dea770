import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What the cases are about; see README.md. */
export const fuzzProfiles = ['core', 'perl', 'regex', 'io', 'multi', 'mistakes'] as const;

export type FuzzProfile = (typeof fuzzProfiles)[number];

export interface GenerateOptions {
  readonly profile: FuzzProfile;
  readonly seed: number;
  readonly count: number;
}

/** Case files in a folder of their own, which goes when they are disposed of. */
export interface GeneratedCases extends Disposable {
  readonly cases: readonly string[];
}

/** Makes random cases; the same seed, profile and number always give the same case. */
export function generateCases({ profile, seed, count }: GenerateOptions): GeneratedCases {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-fuzz-cases-'));
  const generator = path.join(import.meta.dirname, 'generate');
  execFileSync('python3', [
    generator,
    `--profile=${profile}`,
    `--seed=${seed}`,
    `--count=${count}`,
    `--out=${folder}`,
  ]);
  const names = readdirSync(folder).sort();
  return {
    cases: names.map((name) => path.join(folder, name)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
