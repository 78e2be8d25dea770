import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import type { TestContext } from 'node:test';
import { mortalCommand } from './mortal-command.ts';
import { waitFor } from './wait-for.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Bytes for standard input; without them it is empty. */
  readonly input?: Uint8Array;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A record of the program's log. */
export type ProgramRecord = Readonly<Record<string, unknown>>;

/** One of our programs, run as its users run it: scripts/nagtail or scripts/nagtail-shim. */
export class Program {
  readonly #child: ChildProcess;
  readonly #records: ProgramRecord[] = [];
  readonly #stdout: Buffer[] = [];
  readonly #stderr: string[] = [];
  #hasEnded = false;
  /** Settles when it has ended and its output is read. */
  readonly ended: Promise<ProgramEnd>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    if (child.stderr) {
      readline.createInterface({ input: child.stderr }).on('line', (line) => this.#take(line));
    }
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#hasEnded = true;
        resolve({ code, signal });
      });
    });
  }

  /** Starts a program; when the test ends before it, it is killed. */
  static start(
    test: TestContext,
    name: 'nagtail' | 'nagtail-shim',
    args: readonly string[],
    options: ProgramOptions = {},
  ): Program {
    const child = spawn(...mortalCommand(path.join(root, 'scripts', name), args), {
      env: { ...process.env, NAGTAIL_NODE: process.execPath, ...options.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // A program that ends before it has read its input is no failure of the test's.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
    const program = new Program(child);
    test.after(async () => {
      child.kill('SIGKILL');
      await program.ended;
    });
    return program;
  }

  /** Runs a program to its end, and gives what it said. */
  static async run(
    test: TestContext,
    name: 'nagtail' | 'nagtail-shim',
    args: readonly string[],
    options: ProgramOptions = {},
  ): Promise<ProgramEnd & { readonly stdout: string; readonly stderr: string }> {
    const program = Program.start(test, name, args, options);
    const end = await program.ended;
    return { ...end, stdout: program.stdout, stderr: program.stderr };
  }

  /** What it wrote to standard output, one byte a character. */
  get stdout(): string {
    return Buffer.concat(this.#stdout).toString('latin1');
  }

  get stderr(): string {
    return this.#stderr.map((line) => `${line}\n`).join('');
  }

  /** The log records of a code so far; it must have been started with `--log-format json`. */
  records(code: string): ProgramRecord[] {
    return this.#records.filter((record) => record['code'] === code);
  }

  /** Waits for a log record of this code. */
  async record(code: string): Promise<ProgramRecord> {
    const [first] = await waitFor(
      `a log record ${code}`,
      () => {
        const found = this.records(code);
        if (found.length === 0 && this.#hasEnded) {
          throw new Error(`ended before ${code}:\n${this.stderr}`);
        }
        return found;
      },
      ({ length }) => length > 0,
    );
    return first ?? {};
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProgramEnd> {
    this.kill(signal);
    return await this.ended;
  }

  #take(line: string): void {
    this.#stderr.push(line);
    try {
      const record: unknown = JSON.parse(line);
      if (typeof record === 'object' && record !== null) this.#records.push({ ...record });
    } catch {
      // Said before logging began, or the text format was asked for.
    }
  }
}
