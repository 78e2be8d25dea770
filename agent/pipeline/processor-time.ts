import { readFileSync, readlinkSync } from 'node:fs';

/** The unit of proc(5): USER_HZ, which is 100 a second on every Linux. */
const tickMs = 10;

/** The id of the calling thread as proc(5) knows it; undefined where there is no /proc. */
export function threadId(): number | undefined {
  try {
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    return Number.isInteger(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** User and system time of a thread of this process, in milliseconds; undefined when it cannot be told. */
export function threadProcessorMs(id: number | undefined): number | undefined {
  return id === undefined ? undefined : processorMs(`/proc/self/task/${id}/stat`);
}

/** The same of all threads of a process. */
export function processProcessorMs(pid: number): number | undefined {
  return processorMs(`/proc/${pid}/stat`);
}

function processorMs(file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
  // The name of the program, in parentheses, may hold anything. Behind it come 11 fields, then both times.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks * tickMs : undefined;
}
