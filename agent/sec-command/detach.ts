import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

/** Tells a process that it is the one in the background. */
const marker = 'NAGTAIL_SEC_DETACHED';

/** True in the process that detach() started; only the first call says so. */
export function takeDetachedMark(environment: NodeJS.ProcessEnv): boolean {
  const marked = environment[marker] === '1';
  delete environment[marker];
  return marked;
}

/**
 * Runs this program again, in the background and in a session of its own, and
 * waits until it is at work.
 * @returns 0 then, or the exit code with which it ended before
 */
export async function detach(environment: NodeJS.ProcessEnv): Promise<number> {
  const [program = '', ...words] = process.argv;
  const child = spawn(program, [...process.execArgv, ...words], {
    detached: true,
    env: { ...environment, [marker]: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : 1));
  const ready = once(child, 'message').then(() => 0);
  const code = await Promise.race([ended, ready]);
  child.unref();
  return code;
}

/** In the background process: lets the first one go, and its terminal too. */
export function completeDetach(): void {
  for (const [descriptor, flags] of [
    [0, 'r'],
    [1, 'w'],
    [2, 'w'],
  ] as const) {
    // The lowest free number is taken, which is the one just closed.
    closeSync(descriptor);
    openSync('/dev/null', flags);
  }
  process.send?.('at work', () => process.disconnect());
}
