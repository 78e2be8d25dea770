import { readFileSync } from 'node:fs';
import { ConfigError, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { formatProblem, hasErrors, ProblemList } from '../../platform/problem.ts';
import { readSecretFile, type Secret } from '../../platform/secret.ts';
import type { SendRequest } from './send-request.ts';

/** Where the real clients look for their configuration. */
export const clientFileDefault = '/etc/send_nsca.cfg';

/** A result whose time says that it is older tells so in its text, in seconds. */
export const lateNoticeSeconds = 60;

/**
 * Reads the configuration of a real client; logs what is odd in it.
 * @throws ConfigError when it cannot be used
 */
export function readClientFile<Cfg>(
  { clientFile: given }: SendRequest,
  read: (text: string, file: string, problems: ProblemList) => Cfg,
  log: Log,
): Cfg {
  const file = given ?? clientFileDefault;
  const problems = new ProblemList();
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    const advice =
      given === undefined ? '; give another with -c FILE, or --password-file FILE' : '';
    throw unusable(file, `cannot read the configuration: ${systemReason(error)}${advice}`);
  }
  const cfg = read(text, file, problems);
  if (hasErrors(problems.all)) throw new ConfigError(problems.all);
  for (const problem of problems.all) log.warn('SEND_CFG', formatProblem(problem));
  return cfg;
}

/**
 * The secret that a file holds.
 * @throws ConfigError when it cannot be read
 */
export function secretIn(file: string): Secret {
  const problems = new ProblemList();
  const secret = readSecretFile(file, { file }, problems);
  if (secret === undefined) throw new ConfigError(problems.all);
  return secret;
}

/** A file that cannot be used, and why. */
export function unusable(file: string, message: string): ConfigError {
  return new ConfigError([{ place: { file }, severity: 'error', message }]);
}
