import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What a program has used from its start to its end, and what it wrote. */
export interface TimedRun {
  /** User and system time of all its threads, in seconds. */
  readonly cpuS: number;
  readonly wallS: number;
  /** The most memory that it had at a time, in MiB. */
  readonly peakMib: number;
  /** A hash of its standard output. */
  readonly output: string;
}

/**
 * Runs a program to its end under GNU time.
 * @throws Error when it cannot be started or ends with another code than 0
 */
export function timedProgram(program: string, words: readonly string[]): TimedRun {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-timed-'));
  try {
    const usage = path.join(folder, 'usage');
    const output = path.join(folder, 'output');
    const timed = ['-f', '%U %S %e %M', '-o', usage, program, ...words];
    const fd = openSync(output, 'w');
    const { status, error } = spawnSync('/usr/bin/time', timed, {
      stdio: ['ignore', fd, 'ignore'],
    });
    closeSync(fd);
    if (status !== 0) throw new Error(`${program} ended with ${status} ${error ?? ''}`);
    const [user = 0, system = 0, wallS = 0, kib = 0] = readFileSync(usage, 'utf8')
      .split(' ')
      .map(Number);
    const digest = createHash('sha256').update(readFileSync(output)).digest('hex');
    return { cpuS: user + system, wallS, peakMib: kib / 1024, output: digest };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
