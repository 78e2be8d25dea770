import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { systemCodeOf } from '../../platform/errors.ts';
import { type ByteString, bytesOf } from '../../protocol/byte-string.ts';
import { readOutputLines } from '../effects/output-lines.ts';
import { argv0Of, programOf } from '../effects/process-starter.ts';
import type { Engine } from '../sec/engine/engine.ts';
import type { Host, ProcessRequest } from '../sec/engine/host.ts';
import type { SecChildren } from '../sec-program/sec-loop.ts';
import { systemMessage } from '../sec-program/system-message.ts';
import { tellChildEnd } from '../sec-program/tell-child-end.ts';
import { complain } from './sec-log.ts';

/** Lines of a process that may wait for the rules; beyond it the process has to wait. */
const waitingLinesMax = 10_000;

/** A process that was started for a rule and has not been reported as ended. */
export interface RunningChild {
  readonly pid: number;
  readonly command: ByteString;
  /** Its output lines become events. */
  readonly printsEvents: boolean;
  /** What the engine knows it by. */
  readonly number: number;
}

interface Started extends RunningChild {
  readonly process: ChildProcess;
  readonly lines: ByteString[];
  /** Undefined while it runs. */
  exitCode: number | undefined;
}

/** The processes that rules start: as many as they like, as in SEC, with SEC's messages. */
export class ChildProcesses implements SecChildren {
  readonly #host: Pick<Host, 'log' | 'detail'>;
  readonly #now: () => number;
  readonly #started = new Set<Started>();
  /** Called when there is something to report. */
  onChange: () => void = () => {};

  constructor(host: Pick<Host, 'log' | 'detail'>, now: () => number) {
    this.#host = host;
    this.#now = now;
  }

  /** SEC does not wait for them. */
  readonly running = 0;

  /** Those that run, the first one first. */
  get all(): readonly RunningChild[] {
    return [...this.#started];
  }

  start({ command, input, output, number }: ProcessRequest): void {
    const [program, words] = programOf(command);
    const text = command.kind === 'line' ? command.text : command.words.join(' ');
    this.startProgram(program, words, { text, input, number, printsEvents: output === 'events' });
  }

  /** Starts a program and logs what SEC logs. */
  startProgram(
    program: string,
    words: readonly string[],
    options: {
      readonly text: ByteString;
      readonly input?: ByteString | undefined;
      readonly number: number;
      readonly printsEvents: boolean;
    },
  ): void {
    const { text, input, number, printsEvents } = options;
    const child = spawn(program, words, {
      argv0: argv0Of(program),
      stdio: [
        input === undefined ? 'inherit' : 'pipe',
        printsEvents ? 'pipe' : 'inherit',
        'inherit',
      ],
    });
    const { pid = 0 } = child;
    const started: Started = {
      process: child,
      pid,
      command: text,
      printsEvents,
      number,
      lines: [],
      exitCode: undefined,
    };
    this.#started.add(started);
    if (pid !== 0) this.#host.log(6, `Child ${pid} created for command '${text}'`);
    // A process may end without reading what it was given: its own affair.
    child.stdin?.on('error', () => {});
    child.stdin?.end(bytesOf(input ?? ''));
    if (child.stdout !== null) this.#read(child.stdout, started);
    child.once('error', (error) => {
      complain(`Can't exec "${program}": ${systemMessage(error)}`);
      this.#ended(started, systemCodeOf(error) === undefined ? 127 : 1);
    });
    // `close` and not `exit`: then all of its output has been read. As in SEC, one that a signal ended has exit code 0.
    child.once('close', (code) => this.#ended(started, code ?? 0));
  }

  report(engine: Engine): void {
    if (this.#started.size === 0) return;
    // What children print becomes events when none waits; of those that end all of it does.
    if (!engine.events.hasReady) {
      for (const child of this.#started) this.#takeLines(child, engine);
    }
    for (const child of this.#started) {
      if (child.exitCode === undefined) continue;
      this.#takeLines(child, engine);
      this.#report(child, child.exitCode, engine);
    }
  }

  #takeLines({ number, pid, lines, process: child }: Started, engine: Engine): void {
    if (lines.length === 0) return;
    for (const line of lines) {
      this.#host.detail?.(`Creating event '${line}' (received from child ${pid})`);
    }
    engine.childPrinted(number, lines);
    lines.length = 0;
    child.stdout?.resume();
  }

  /** Asks all to end. */
  terminate(): void {
    for (const { process: child, pid, exitCode } of this.#started) {
      if (exitCode !== undefined || pid === 0) continue;
      this.#host.log(4, `Sending SIGTERM to process ${pid}`);
      child.kill('SIGTERM');
    }
  }

  /** Forgets all; those that still run are reported no more. */
  forget(): void {
    for (const { process: child } of this.#started) child.stdout?.resume();
    this.#started.clear();
  }

  #report(child: Started, exitCode: number, engine: Engine): void {
    this.#started.delete(child);
    const { pid, command, number } = child;
    const isScript = engine.children.get(number)?.outcomes !== undefined;
    tellChildEnd({ child: pid, exitCode, command, isScript }, this.#host);
    engine.childEnded(number, exitCode, this.#now());
  }

  #ended(child: Started, exitCode: number): void {
    child.exitCode ??= exitCode;
    this.onChange();
  }

  #read(stream: Readable, { lines }: Started): void {
    readOutputLines(stream, (read) => {
      for (const line of read) lines.push(line);
      if (lines.length > waitingLinesMax) stream.pause();
      this.onChange();
    });
  }
}
