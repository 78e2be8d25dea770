import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

/** How long a test waits: machines that run tests are busy, and one that passes never waits so long. */
export const patienceMs = 30_000;
const pollMs = 5;

/**
 * Polls until `observe()` gives something for which `holds` is true, and gives
 * that. After the deadline it fails with what was awaited and the last state
 * seen. Without `holds` anything but undefined, null and false will do.
 */
export async function waitFor<State>(
  what: string,
  observe: () => State | Promise<State>,
  holds: (state: State) => boolean = isThere,
  deadlineMs: number = patienceMs,
): Promise<State> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const state = await observe();
    if (holds(state)) return state;
    if (performance.now() >= end) {
      const seen = inspect(state, { depth: 4, maxStringLength: 2000 });
      throw new Error(`waited ${deadlineMs} ms in vain for ${what}; last state: ${seen}`);
    }
    await delay(pollMs);
  }
}

function isThere(state: unknown): boolean {
  return state !== undefined && state !== null && state !== false;
}
