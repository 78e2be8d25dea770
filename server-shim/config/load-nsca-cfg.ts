import { readFileSync } from 'node:fs';
import { ConfigError, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { formatProblem, hasErrors, type Problem } from '../../platform/problem.ts';
import { type NscaCfg, readNscaCfg } from './nsca-cfg.ts';

/**
 * Reads a file of the real nsca; gives warnings beside it.
 * @throws ConfigError with all problems when it cannot be used
 */
export function loadNscaCfg(
  file: string,
  stateDir: string,
): { readonly cfg: NscaCfg; readonly problems: readonly Problem[] } {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    const message = `cannot read the configuration: ${systemReason(error)}`;
    throw new ConfigError([{ place: { file }, severity: 'error', message }]);
  }
  const { cfg, problems } = readNscaCfg(text, file, stateDir);
  if (cfg === undefined || hasErrors(problems)) throw new ConfigError(problems);
  return { cfg, problems };
}

/** Logs what a file of nsca asks for that means nothing here or something else, a line for each key. */
export function sayProblems(problems: readonly Problem[], log: Log): void {
  for (const problem of problems) {
    log.warn('NSCA_CFG_KEY', formatProblem({ ...problem, severity: 'error' }));
  }
}
