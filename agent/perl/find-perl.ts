import { spawnSync } from 'node:child_process';
import { systemReason } from '../../platform/errors.ts';

/** The oldest Perl that SEC 2.9 runs on, as `$]` prints it. */
const oldestVersion = 5.008;
const oldestVersionText = '5.8';

/** Starting perl takes milliseconds; one that takes so long is none. */
const startTimeoutMs = 10_000;

/** A perl that can be used, or why there is none. */
export type FoundPerl =
  | { readonly path: string; readonly version: string }
  | { readonly fault: string };

/**
 * Looks for the host's perl: the program that NAGTAIL_PERL names, else `perl` on
 * PATH. Runs it once, which takes some milliseconds, so ask only when rules need it.
 */
export function findPerl(environment: NodeJS.ProcessEnv = process.env): FoundPerl {
  const named = environment['NAGTAIL_PERL'];
  const path = named === undefined || named === '' ? 'perl' : named;
  const where = path === 'perl' ? 'perl on PATH' : `${path} (from NAGTAIL_PERL)`;
  const run = spawnSync(path, ['-e', 'print $]'], {
    encoding: 'latin1',
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: startTimeoutMs,
  });
  if (run.error !== undefined) return { fault: `cannot run ${where}: ${systemReason(run.error)}` };
  if (run.status !== 0 || !/^5\.\d+$/.test(run.stdout))
    return { fault: `${where} does not behave as perl: it cannot print its version` };
  if (Number(run.stdout) < oldestVersion)
    return {
      fault: `${where} is version ${run.stdout}; ${oldestVersionText} or newer is needed`,
    };
  return { path, version: run.stdout };
}
