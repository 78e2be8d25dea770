import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { transcriptLevels } from '../support/counted-lines.ts';
import { type FuzzProfile, fuzzProfiles, generateCases } from './generate-cases.ts';
import { type FuzzReport, runCases } from './run-cases.ts';

const usage = `test/fuzz/run [--profile=NAME] [--count=N] [--seed=N] [--level=out|log|all] [--jobs=N] [CASE...]

Makes random rule files with timed scenarios, runs them in the real SEC on a virtual
clock and in nagtail, and shows where the two differ.

  --profile=NAME  ${fuzzProfiles.join(', ')} or all (default: all)
  --count=N       cases of each profile (default: 100)
  --seed=N        same seed, same cases (default: from the clock; it is printed)
  --level=LEVEL   out compares what rules put out and when; log also the log lines of
                  levels 2 to 4; all everything, all levels and standard error
                  (default: out)
  --jobs=N        cases at once (default: one for each processor)
  CASE...         runs these cases instead of random ones

The cases that differ are kept, with both transcripts. The exit code is 0 when none did.
`;

/** Differences that are shown in full. */
const mostShown = 10;

/** A line of progress after so many cases. */
const progressEvery = 100;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    profile: { type: 'string', default: 'all' },
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
    level: { type: 'string', default: 'out' },
    jobs: { type: 'string', default: String(os.availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const profiles = fuzzProfiles.filter((name) => ['all', name].includes(values.profile));
  const level = transcriptLevels.find((name) => name === values.level);
  if (profiles.length === 0 || level === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const keep = mkdtempSync(path.join(os.tmpdir(), 'nagtail-fuzz-'));
  const run = (name: string, cases: readonly string[]) =>
    runCases({ cases, level, jobs: Number(values.jobs), keep, onCase: progressOf(name) });
  let failed = 0;
  if (positionals.length > 0) failed = show('cases given', await run('given', positionals));
  else for (const profile of profiles) failed += await runProfile(profile, run);
  return failed > 0 ? 1 : 0;
}

async function runProfile(
  profile: FuzzProfile,
  run: (name: string, cases: readonly string[]) => Promise<FuzzReport>,
): Promise<number> {
  const { seed } = values;
  using generated = generateCases({ profile, seed: Number(seed), count: Number(values.count) });
  return show(
    `${profile}, seed ${seed}, level ${values.level}`,
    await run(profile, generated.cases),
  );
}

/** Prints a report; how many cases failed. */
function show(name: string, { passed, dropped, failures }: FuzzReport): number {
  for (const { kept, difference } of failures.slice(0, mostShown)) {
    process.stdout.write(Buffer.from(`${kept}: ${difference}\n`, 'latin1'));
  }
  const hidden = failures.length - mostShown;
  if (hidden > 0) process.stdout.write(`${hidden} more differ\n`);
  process.stdout.write(
    `${name}: ${passed} passed, ${failures.length} failed, ${dropped} dropped\n`,
  );
  return failures.length;
}

/** Shows on standard error how far it is. */
function progressOf(name: string): () => void {
  let done = 0;
  return () => {
    done++;
    if (done % progressEvery === 0) process.stderr.write(`${name}: ${done} cases\n`);
  };
}
