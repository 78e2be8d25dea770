import { writeSync } from 'node:fs';
import { systemCodeOf } from '../../platform/errors.ts';
import { blockFor } from '../perl/block-for.ts';

/** The pause between two attempts to write to a full pipe, in milliseconds. */
const fullPipePauseMs = 5;

/**
 * Writes all bytes, and waits for a pipe that is full.
 * @param patienceMs how long; then, and when it cannot be written at all, what the system says is thrown
 */
export function writeFully(descriptor: number, bytes: Uint8Array, patienceMs: number): void {
  let waitedMs = 0;
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
      waitedMs = 0;
    } catch (error) {
      if (systemCodeOf(error) !== 'EAGAIN' || waitedMs >= patienceMs) throw error;
      blockFor(fullPipePauseMs);
      waitedMs += fullPipePauseMs;
    }
  }
}
