import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { systemCodeOf } from '../../platform/errors.ts';

/** Makes a FIFO, as Nagios does for its command file. */
export function makeFifo(path: string): string {
  execFileSync('mkfifo', [path]);
  return path;
}

/** A process that reads a FIFO, like Nagios: it can read, pause, and go away. */
export class FifoReader {
  readonly #fd: number;
  readonly #timer: NodeJS.Timeout;
  #text = '';
  #paused = false;
  #closed = false;

  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#timer = setInterval(() => this.#paused || this.#readAll(), 2);
  }

  /** What was read so far, one byte a character. */
  get text(): string {
    return this.#text;
  }

  /** The whole lines that were read so far. */
  get lines(): string[] {
    return this.#text.split('\n').slice(0, -1);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Reads at most so many bytes, whether paused or not. */
  readSome(bytes: number): void {
    this.#read(bytes);
  }

  /** Goes away, without reading what the pipe still holds. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    closeSync(this.#fd);
  }

  /** Reads on until the test ends. */
  static forTest(test: TestContext, path: string): FifoReader {
    const reader = new FifoReader(path);
    test.after(() => reader.close());
    return reader;
  }

  #readAll(): void {
    while (this.#read(65_536) > 0);
  }

  #read(most: number): number {
    const buffer = Buffer.alloc(most);
    try {
      const length = readSync(this.#fd, buffer, 0, most, null);
      this.#text += buffer.toString('latin1', 0, length);
      return length;
    } catch (error) {
      if (systemCodeOf(error) === 'EAGAIN') return 0;
      throw error;
    }
  }
}
