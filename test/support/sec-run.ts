import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { peer } from './peers.ts';
import { waitFor } from './wait-for.ts';

const main = path.resolve(import.meta.dirname, '../../agent/main.ts');

/** The real SEC, and what is to do the same. */
export const secPrograms = ['sec', 'nagtail sec'] as const;

export type SecProgramName = (typeof secPrograms)[number];

export interface SecRunOptions {
  /** Where it runs, and where relative names are. */
  readonly folder: string;
  readonly args: readonly string[];
  /** Bytes for standard input, which then ends; without them it is /dev/null. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a run ended. */
export interface SecRunEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A run of SEC or of `nagtail sec` in a folder. Its log is expected in the file `log`. */
export class SecRun {
  readonly #folder: string;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  /** Settles when it has ended. */
  readonly ended: Promise<SecRunEnd>;

  constructor(test: TestContext, program: SecProgramName, options: SecRunOptions) {
    const { folder, args, input, environment } = options;
    this.#folder = folder;
    const [file, words] =
      program === 'sec' ? [peer('sec').path, []] : [process.execPath, [main, 'sec']];
    this.#child = spawn(file, [...words, ...args], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin?.on('error', () => {});
    this.#child.stdin?.end(Buffer.from(input ?? '', 'latin1'));
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString('latin1');
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString('latin1');
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
    test.after(() => this.#child.kill('SIGKILL'));
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The lines of the log file so far. */
  get log(): readonly string[] {
    return this.logIn('log');
  }

  /** The lines of a log file so far. */
  logIn(name: string): readonly string[] {
    const file = path.join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, 'latin1').split('\n').slice(0, -1) : [];
  }

  /** Adds text to a file in the folder. */
  append(name: string, text: string): void {
    appendFileSync(path.join(this.#folder, name), text, 'latin1');
  }

  /** Waits until so many lines of the log hold a text. */
  async logged(text: string, times = 1, name = 'log'): Promise<void> {
    await waitFor(
      `${times} × '${text}' in the log`,
      () => this.logIn(name),
      (lines) => lines.filter((line) => line.includes(text)).length >= times,
    );
  }

  /** Waits until standard output holds a text. */
  async wrote(text: string): Promise<void> {
    await waitFor(
      `'${text}' on standard output`,
      () => this.#stdout,
      (output) => output.includes(text),
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends TERM, as soon as it would be handled, and waits for the end. */
  async stop(): Promise<SecRunEnd> {
    await waitFor(
      'its handling of SIGTERM',
      () => this.#child.exitCode !== null || this.#catchesTerm,
    );
    this.kill('SIGTERM');
    return await this.ended;
  }

  /** What the system tells of the signals that have a handler. */
  get #catchesTerm(): boolean {
    const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
    return (BigInt(`0x${caught}`) >> BigInt(constants.signals.SIGTERM - 1)) % 2n === 1n;
  }
}

/** A log without what differs between two runs: times, process numbers, the program's name. */
export function comparableLog(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .replace(/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}: /, '')
      .replace(/^SEC \(Simple Event Correlator\) .*/, 'SEC')
      .replace(/\b([Cc]hild|process) \d+/g, '$1 PID')
      .replace(/\bdump\.\d+/, 'dump.TIME'),
  );
}
