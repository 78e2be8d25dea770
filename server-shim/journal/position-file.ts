import {
  closeSync,
  constants,
  fdatasync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { systemCodeOf } from '../../platform/errors.ts';
import { replaceFile } from '../../platform/replace-file.ts';

const suffix = '.position';

/** The file of a sink's position; any name makes a safe one. */
export function positionPath(folder: string, sink: string): string {
  return path.join(folder, `${encodeURIComponent(sink)}${suffix}`);
}

export function isPositionFile(name: string): boolean {
  return name.endsWith(suffix);
}

/** The sequence number of the next result for a sink; undefined when the file says none. */
export function readPosition(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'latin1');
    return /^\d{16}\n$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Keeps a sink's position: one line of always the same length, written over in place. A
 * write is with the system at once, and so survives the end of this process however it
 * comes; `sync` makes it survive a power failure too.
 */
export class PositionFile {
  readonly #path: string;
  #fd: number | undefined;

  constructor(file: string) {
    this.#path = file;
  }

  /** @throws the system's error when it cannot be written; then it is tried anew next time */
  write(position: number): void {
    const line = `${String(position).padStart(16, '0')}\n`;
    this.#fd ??= this.#open(line);
    writeSync(this.#fd, line, 0, 'latin1');
  }

  /** Calls back with the system's error, or null, when what was written is safe on disk. */
  sync(done: (error: Error | null) => void): void {
    if (this.#fd === undefined) done(null);
    else fdatasync(this.#fd, done);
  }

  /** Closes and removes it. */
  remove(): void {
    this.close();
    rmSync(this.#path, { force: true });
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** A new file appears with its first line in it: an empty one would be no position. */
  #open(line: string): number {
    if (readPosition(this.#path) === undefined) {
      replaceFile(this.#path, line, 0o640);
    }
    return openSync(this.#path, constants.O_WRONLY);
  }
}
