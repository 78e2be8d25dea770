import { spawnSync } from 'node:child_process';
import path from 'node:path';

/**
 * Compiles a source beside this file into a library that LD_PRELOAD loads into a program.
 * @returns why there is none, where no C compiler is
 */
export function compilePreload(
  name: string,
  folder: string,
): { readonly library: string } | string {
  const source = path.join(import.meta.dirname, `${name}.c`);
  const library = path.join(folder, `${name}.so`);
  const compiler = ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'];
  const { error, status, stderr } = spawnSync('cc', compiler, { encoding: 'utf8' });
  if (error !== undefined) return 'no C compiler here: install gcc';
  if (status !== 0) throw new Error(`cannot compile ${source}:\n${stderr}`);
  return { library };
}
