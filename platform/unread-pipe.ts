import { closeSync, constants, openSync, readSync } from 'node:fs';
import { systemCodeOf } from './errors.ts';

/** Some more than a pipe holds. */
const keptBytes = 65_536 + 4_096;

/** Remembers what was written last into a pipe, so that a line whose beginning was read can be said again. */
export class RecentWrites {
  #writes: Uint8Array[] = [];
  #bytes = 0;

  /** Notes a write; the bytes must not change afterwards. */
  add(bytes: Uint8Array): void {
    this.#writes.push(bytes);
    this.#bytes += bytes.length;
    for (let first = this.#writes[0]; first !== undefined; first = this.#writes[0]) {
      if (this.#bytes - first.length < keptBytes) break;
      this.#bytes -= first.length;
      this.#writes.shift();
    }
  }

  clear(): void {
    this.#writes = [];
    this.#bytes = 0;
  }

  /**
   * The whole lines of which `unread`, taken back from the pipe, is the rest: a reader that
   * went away may have read the beginning of the first one, and made nothing of it. Where
   * others wrote into the pipe, too, a first line without its beginning is dropped.
   */
  linesOf(unread: Buffer): Buffer {
    const written = Buffer.concat(this.#writes);
    const start = written.length - unread.length;
    if (start >= 0 && written.subarray(start).equals(unread)) {
      return written.subarray(start === 0 ? 0 : written.lastIndexOf('\n', start - 1) + 1);
    }
    return unread[0] === 0x5b ? unread : unread.subarray(unread.indexOf('\n') + 1);
  }
}

/**
 * Takes back what nobody has read from a pipe and nobody will, as it has no reader any more;
 * `fd` is its writing end. Nothing when it has a reader, or the system has no /proc.
 */
export function takeUnread(fd: number): Buffer {
  const pipe = `/proc/self/fd/${fd}`;
  const { O_WRONLY, O_RDONLY, O_NONBLOCK } = constants;
  try {
    // A pipe without a reader refuses to be opened for writing.
    closeSync(openSync(pipe, O_WRONLY | O_NONBLOCK));
    return Buffer.alloc(0);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENXIO') return Buffer.alloc(0);
  }
  const reader = openSync(pipe, O_RDONLY | O_NONBLOCK);
  const pieces: Buffer[] = [];
  try {
    for (;;) {
      const piece = Buffer.alloc(65_536);
      const read = readSync(reader, piece);
      if (read === 0) break;
      pieces.push(piece.subarray(0, read));
    }
  } catch (error) {
    // The pipe is empty, and our own writing end keeps it from having an end.
    if (systemCodeOf(error) !== 'EAGAIN') throw error;
  } finally {
    closeSync(reader);
  }
  return Buffer.concat(pieces);
}
