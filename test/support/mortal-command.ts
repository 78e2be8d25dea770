import { spawnSync } from 'node:child_process';

const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0;

/**
 * A command that dies with this process, however that ends: a run of tests that is killed leaves no programs
 * behind. (Where setpriv of util-linux is missing, or the program changes its user, only a test that ends in
 * order ends it.)
 */
export function mortalCommand(
  program: string,
  args: readonly string[],
): readonly [string, readonly string[]] {
  if (!hasSetpriv) return [program, args];
  return ['setpriv', ['--pdeathsig', 'KILL', '--', program, ...args]];
}
