import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long after its start a thread gives back what only the start needed, in milliseconds. */
export const startMemoryMs = 2_000;

/**
 * Gives the memory back that only the start of this thread needed. V8 itself would collect it when as much
 * again is used, which an agent with little to do never does: 5 MiB in each thread, for 25 ms once.
 */
export function releaseStartMemory(): void {
  setFlagsFromString('--expose-gc');
  // Exposed only to contexts that are made from now on.
  const collect: NodeJS.GCFunction = runInNewContext('gc');
  // The thorough way also forgets code that ran only once.
  collect({ type: 'major', flavor: 'last-resort' });
}
