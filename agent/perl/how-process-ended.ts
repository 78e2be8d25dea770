import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { blockFor } from './block-for.ts';

/** A process that has closed its pipes is as good as gone; how long it may take to be so. */
const waitMsMax = 500;
const pollMs = 1;

/**
 * How a child process ended, in words, without giving way to the event loop, in
 * which Node would tell. Until then the process is a zombie, and on Linux its
 * exit code is the last field but one of /proc/PID/stat (see proc(5)).
 */
export function howProcessEnded(pid: number | undefined): string {
  if (pid === undefined) return 'it could not be started';
  for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += pollMs) {
    const fields = statFields(pid);
    if (fields === undefined) return 'it ended';
    if (fields[0] === 'Z') return describe(Number(fields[49]));
    blockFor(pollMs);
  }
  return 'it closed its pipes without ending';
}

/** The fields of a process from its state on; undefined when it is not there any more. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before the state may hold blanks and parentheses.
    return text
      .slice(text.lastIndexOf(')') + 2)
      .trim()
      .split(' ');
  } catch {
    return undefined;
  }
}

/** An exit code as wait(2) gives it: the signal in the low 7 bits, the status above 8. */
function describe(code: number): string {
  const number = code & 0x7f;
  if (number === 0) return `it ended with exit status ${code >> 8}`;
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return `it was ended by signal ${name ?? number}`;
}
