import { spawn } from 'node:child_process';

/** What stands before a program that the kernel shall kill with the thread that starts it, however that ends. */
export const endsWithUs = ['setpriv', '--pdeathsig', 'KILL'] as const;

/** How a program in a group of its own ended. */
export interface GroupRun {
  /** What it wrote to standard output, one byte a character. */
  readonly output: string;
  readonly exitCode: number | null;
  /** It took too long; it and all that it started were killed. */
  readonly isTooSlow: boolean;
}

/**
 * Runs a program in a process group of its own. SIGTERM would not do for one that takes too
 * long: a perl amid a pattern never comes to look at it.
 */
export async function runInGroup(command: readonly string[], limitMs: number): Promise<GroupRun> {
  const [program, ...words] = [...endsWithUs, ...command];
  const child = spawn(program, words, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    let isTooSlow = false;
    const timer = setTimeout(() => {
      isTooSlow = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, limitMs);
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      resolve({ output, exitCode, isTooSlow });
    });
  });
}
