import { type ChildProcess, spawn } from 'node:child_process';
import { systemCodeOf, systemReason } from '../../../platform/errors.ts';

/** Bytes of what journalctl says on standard error that are kept for a message. */
const sayingBytesMax = 500;

/** The longest pause before it is started again, in milliseconds. */
export const maxRestartMs = 60_000;

/** The pause after a number of failures in a row, in milliseconds: it doubles from one second to a minute. */
export function restartPauseMs(failures: number): number {
  return Math.min(maxRestartMs, 1_000 * 2 ** Math.min(failures - 1, 16));
}

/** What is told of a running journalctl. */
export interface JournalctlListener {
  onBytes(bytes: Buffer): void;
  /** It says something about its work, to people. */
  onSaying(text: string): void;
  /** It has ended, and all its bytes were given. `failure` is undefined after exit code 0. */
  onEnd(failure: string | undefined): void;
}

/** One run of journalctl. */
export class Journalctl {
  readonly #child: ChildProcess;
  readonly #listener: JournalctlListener;
  #saying = '';
  #isOver = false;

  constructor(program: string, args: readonly string[], listener: JournalctlListener) {
    this.#listener = listener;
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', (bytes: Buffer) => listener.onBytes(bytes));
    this.#child.stderr?.on('data', (bytes: Buffer) => this.#said(bytes.toString()));
    this.#child.once('error', (error) => this.#end(startFailure(program, error)));
    // `close` and not `exit`: then all of its output has been read.
    this.#child.once('close', (code, signal) => this.#end(this.#failureOf(code, signal)));
  }

  /** Gives no more bytes until `resume()`; then journalctl itself has to wait. */
  pause(): void {
    this.#child.stdout?.pause();
  }

  resume(): void {
    this.#child.stdout?.resume();
  }

  /** Ends it at once and tells nothing more. It has nothing to lose: it only reads. */
  kill(): void {
    this.#isOver = true;
    this.#child.kill('SIGKILL');
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#child.unref();
  }

  #said(text: string): void {
    this.#saying = text.replace(/\s+/g, ' ').trim().slice(0, sayingBytesMax);
    if (!this.#isOver) this.#listener.onSaying(this.#saying);
  }

  #end(failure: string | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.onEnd(failure);
  }

  #failureOf(code: number | null, signal: string | null): string | undefined {
    if (code === 0) return undefined;
    const how = signal === null ? `exit code ${code}` : signal;
    return `journalctl ended with ${how}${this.#saying === '' ? '' : `: ${this.#saying}`}`;
  }
}

function startFailure(program: string, error: Error): string {
  if (systemCodeOf(error) === 'ENOENT') {
    return `${program} is not installed: it is part of systemd, and reads the journal`;
  }
  return `cannot start ${program}: ${systemReason(error)}`;
}
