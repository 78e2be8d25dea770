import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** How long nothing may come before what is missing counts as lost. */
const patienceMs = 3000;

const pollMs = 5;

/**
 * Reads a FIFO as Nagios does, in a process of its own so that a busy benchmark does
 * not slow it, and counts its lines.
 */
export class CommandLines {
  readonly fifo: string;
  readonly #copy: string;
  readonly #reader: ReturnType<typeof spawn>;
  readonly #timer: NodeJS.Timeout;
  readonly #buffer = Buffer.alloc(1 << 20);
  #fd: number | undefined;
  #count = 0;
  #lastMs = 0;

  /** Makes a FIFO at the path and reads it until `close()`. */
  constructor(fifo: string) {
    this.fifo = fifo;
    this.#copy = `${fifo}.lines`;
    execFileSync('mkfifo', [fifo]);
    writeFileSync(this.#copy, '');
    // Opened for reading and writing, so that a writer that closes it ends nothing.
    this.#reader = spawn('sh', ['-c', 'exec cat 0<>"$0" >>"$1"', fifo, this.#copy]);
    this.#timer = setInterval(() => this.#read(), pollMs);
  }

  /** When the last line was seen, see performance.now(). */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Waits for so many lines, or until none come any more; gives how many there are. */
  async waitFor(lines: number): Promise<number> {
    const startMs = performance.now();
    while (this.#count < lines) {
      if (performance.now() - Math.max(startMs, this.#lastMs) > patienceMs) break;
      await delay(pollMs);
      this.#read();
    }
    return this.#count;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#fd !== undefined) closeSync(this.#fd);
    const ended = once(this.#reader, 'exit');
    this.#reader.kill();
    await ended;
  }

  #read(): void {
    this.#fd ??= openSync(this.#copy, 'r');
    for (;;) {
      const length = readSync(this.#fd, this.#buffer);
      if (length === 0) return;
      for (let at = this.#buffer.indexOf(10); at !== -1 && at < length; ) {
        this.#count++;
        at = this.#buffer.indexOf(10, at + 1);
      }
      this.#lastMs = performance.now();
    }
  }
}
