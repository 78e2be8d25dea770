import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { NagtailError, systemCodeOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';

/** Between two attempts to open the store, in milliseconds. */
const openRetryMs = 1_000;

/** Bytes that are written to find out whether a disk takes anything: more than a file system has in reserve. */
const probeBytes = 256 * 1024;

/** What becomes better without anybody touching the configuration. */
const passing: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'];

export interface PatienceParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Settles when the agent has to stop: then nothing is waited for. */
  readonly stopped: Promise<unknown>;
  /** True for an error that may go away by itself. */
  readonly mayPass: (error: unknown) => boolean;
}

/**
 * Opens something, again each second while what is in the way may pass, and tells so once.
 * Undefined when the agent has to stop before that.
 */
export async function openPatiently<T>(
  open: () => T,
  { clock, log, stopped, mayPass }: PatienceParts,
): Promise<T | undefined> {
  let isStopped = false;
  let hasTold = false;
  const stop = stopped.then(() => {
    isStopped = true;
  });
  while (!isStopped) {
    try {
      const opened = open();
      if (hasTold) log.info('STORE_WORKS', 'the store can be used again');
      return opened;
    } catch (error) {
      if (!(error instanceof NagtailError) || !mayPass(error)) throw error;
      const waiting = `${error.message}; nothing is read until that is over, and then all: logs are the buffer`;
      if (!hasTold) log.error('STORE_FAILED', waiting);
      hasTold = true;
    }
    await pause(clock, stop);
  }
  return undefined;
}

async function pause(clock: Clock, stop: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.setTimer(openRetryMs, resolve);
  await Promise.race([promise, stop]);
  cancel();
}

/**
 * Whether a store cannot be used because its disk takes nothing: it is full, broken, or read-only.
 * SQLite does not say, so it is tried.
 */
export function isDiskTrouble(folder: string, error: unknown): boolean {
  if (!(error instanceof NagtailError) || error.code !== 'STORE_FAILED') return false;
  if (passing.includes(systemCodeOf(error.cause))) return true;
  const file = path.join(folder, `probe.${process.pid}`);
  try {
    const fd = openSync(file, 'w', 0o600);
    try {
      writeSync(fd, Buffer.alloc(probeBytes));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
      unlinkSync(file);
    }
    return false;
  } catch (found) {
    return passing.includes(systemCodeOf(found));
  }
}
