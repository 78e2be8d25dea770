import { isUtf8 } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { wordsOf } from '../../protocol/blanks.ts';
import { type ByteString, bytesOf, textOf } from '../../protocol/byte-string.ts';
import type { Command, ProcessRequest } from '../sec/engine/host.ts';
import { readOutputLines } from './output-lines.ts';

/** Processes that run at the same time; further ones wait for one to end. */
const runningMax = 50;

/** Processes that may wait; when there are more, new ones are dropped and that is logged. */
const waitingMax = 10_000;

/** Events that may wait for their turn; when there are more, processes wait with what they print. */
const waitingEventsMax = 10_000;

/** What only a shell understands; a command without any of it is started directly, as Perl does it for SEC. */
const shellCharacters = /[$&*(){}[\]'";\\|?<>~`\n]/;

/** The beginnings that only a shell understands: `NAME=value program`, and `exec`. */
const shellBeginning = /^[\t\n\v\f\r ]*(?:\w*=|exec[\t\n\v\f\r ])/;

const shell = '/bin/sh';

/** No file has this name: what an empty command starts, for Node refuses to try an empty name. */
const noProgram = ' ';

/** What is told about a process, by the number of its request. */
export interface ProcessListener {
  onLines(number: number, lines: readonly ByteString[]): void;
  /** `exitCode` is 128 and more for one that a signal ended, and 127 for one that did not start. */
  onEnd(number: number, exitCode: number): void;
  /** How many events wait for their turn, those that became of lines among them. */
  waitingEvents(): number;
}

/** Starts the processes that rules ask for, and tells what becomes of them. */
export class ProcessStarter {
  readonly #log: Log;
  readonly #listener: ProcessListener;
  readonly #running = new Set<ChildProcess>();
  readonly #waiting: ProcessRequest[] = [];
  /** Outputs that are not read for the moment. */
  readonly #paused = new Set<Readable>();
  #dropped = 0;

  constructor(log: Log, listener: ProcessListener) {
    this.#log = log;
    this.#listener = listener;
  }

  /** Starts a process, or puts it behind those that run already. */
  start(request: ProcessRequest): void {
    if (this.#running.size < runningMax) this.#spawn(request);
    else if (this.#waiting.length < waitingMax) this.#waiting.push(request);
    else this.#drop();
  }

  /** Processes that run, that wait for others to end, and that were dropped since the start. */
  get counts(): { readonly running: number; readonly waiting: number; readonly dropped: number } {
    return { running: this.#running.size, waiting: this.#waiting.length, dropped: this.#dropped };
  }

  /** To be called when events have had their turn: goes on reading what processes print. */
  readOn(): void {
    if (this.#paused.size === 0 || this.#listener.waitingEvents() > waitingEventsMax) return;
    for (const stdout of this.#paused) stdout.resume();
    this.#paused.clear();
  }

  /** Asks all running processes to end; waiting ones are not started any more. */
  stop(): void {
    if (this.#waiting.length > 0) {
      this.#log.warn('COMMANDS_DROPPED', 'stopping: commands that still waited were not started', {
        commands: this.#waiting.length,
      });
    }
    this.#waiting.length = 0;
    for (const child of this.#running) child.kill('SIGTERM');
  }

  #spawn(request: ProcessRequest): void {
    const { input, output, number } = request;
    const [program, words] = programOf(request.command);
    const child = spawn(program, words, {
      argv0: argv0Of(program),
      stdio: [
        input === undefined ? 'ignore' : 'pipe',
        output === 'events' ? 'pipe' : 'inherit',
        'inherit',
      ],
    });
    this.#running.add(child);
    if (child.stdin !== null) {
      // A process may end without reading what it was given: its own affair.
      child.stdin.on('error', () => {});
      child.stdin.end(bytesOf(input ?? ''));
    }
    if (child.stdout !== null) this.#readLines(child.stdout, number);
    child.once('error', (error) => this.#ended(child, request, 127, systemReason(error)));
    // `close` and not `exit`: then all of its output has been read.
    child.once('close', (code, signal) => {
      const failure = signal !== null ? `ended by ${signal}` : `exit code ${code}`;
      this.#ended(child, request, code ?? 128, code === 0 ? undefined : failure);
    });
  }

  #readLines(stdout: Readable, number: number): void {
    readOutputLines(stdout, (lines) => {
      this.#listener.onLines(number, lines);
      if (this.#listener.waitingEvents() <= waitingEventsMax) return;
      stdout.pause();
      this.#paused.add(stdout);
    });
  }

  #ended(
    child: ChildProcess,
    { command, number }: ProcessRequest,
    exitCode: number,
    failure: string | undefined,
  ): void {
    if (!this.#running.delete(child)) return;
    if (child.stdout !== null) this.#paused.delete(child.stdout);
    if (failure !== undefined) {
      const text = textOf(command.kind === 'line' ? command.text : command.words.join(' '));
      this.#log.warn('COMMAND_FAILED', `command failed (${failure}): ${text}`, {
        pid: child.pid ?? 0,
      });
    }
    this.#listener.onEnd(number, exitCode);
    const next = this.#waiting.shift();
    if (next !== undefined) this.#spawn(next);
  }

  #drop(): void {
    this.#dropped++;
    // Powers of two: the first one is told, and a storm does not fill the log.
    if (Math.log2(this.#dropped) % 1 !== 0) return;
    this.#log.error(
      'COMMANDS_DROPPED',
      `more than ${waitingMax} commands wait, new ones are dropped: rules start them faster than they end`,
      { dropped: this.#dropped },
    );
  }
}

/**
 * The program and its arguments. Node writes arguments as UTF-8: bytes that are not
 * UTF-8 are put together by a shell from a text of ASCII characters. Like every
 * argument of a program, they end with a NUL.
 */
export function programOf(command: Command): [string, string[]] {
  if (command.kind === 'line' && needsShell(command.text)) {
    const text = untilNul(command.text);
    return [shell, ['-c', isText(text) ? textOf(text) : `eval ${printed(text)}`]];
  }
  const given = command.kind === 'line' ? wordsOf(command.text) : command.words;
  const words = given.map(untilNul);
  if (!words.every(isText)) return [shell, ['-c', `exec ${words.map(printed).join(' ')}`]];
  const [program, ...more] = words.map(textOf);
  return [program || noProgram, more];
}

function needsShell(command: ByteString): boolean {
  // A newline at the end ends no command.
  return shellCharacters.test(command.replace(/\n$/, '')) || shellBeginning.test(command);
}

/** What a program finds as its own name: a shell that nobody asked for is `sh`, as in SEC. */
export function argv0Of(program: string): string {
  return program === shell ? 'sh' : program;
}

function untilNul(bytes: ByteString): ByteString {
  const end = bytes.indexOf('\0');
  return end < 0 ? bytes : bytes.slice(0, end);
}

function isText(bytes: ByteString): boolean {
  return isUtf8(bytesOf(bytes));
}

/** A word of a shell that stands for these bytes; newlines at their end are lost. */
function printed(bytes: ByteString): string {
  const octal = (byte: string) => `\\0${byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return `"$(printf %b '${bytes.replace(/[^\w ./-]/g, octal)}')"`;
}
