import { readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface ProcessUsage {
  /** Of all its threads, user and system, in milliseconds. */
  readonly cpuMs: number;
  /** The most memory that it had at a time, in MiB. */
  readonly peakRssMib: number;
}

/**
 * How long a program is left alone before its rest is measured: in its first half minute what the start left
 * behind is collected, and code is compiled that is needed again. In milliseconds.
 */
export const settleMs = 30_000;

/** Linux counts processor time in these. */
const tickMs = 10;

/** Reads what a running process has used, from /proc. */
export function processUsage(pid: number): ProcessUsage {
  // Behind the name in parentheses, which may hold blanks: state is field 3, utime 14, stime 15.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const peakKib = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
    peakRssMib: Number(peakKib) / 1024,
  };
}
