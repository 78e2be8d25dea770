import { spawnSync } from 'node:child_process';
import type { Log } from '../../platform/log.ts';
import { type ByteString, byteStringFrom, bytesOf, textOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { FileWriter } from '../effects/file-writer.ts';
import { programOf } from '../effects/process-starter.ts';
import { zoneName } from '../effects/zone-name.ts';
import type { Engine } from '../sec/engine/engine.ts';
import type { Host, ProcessRequest, SecLogLevel, SocketKind } from '../sec/engine/host.ts';
import type { SecChildren } from '../sec-program/sec-loop.ts';
import type { Transcript } from './transcript.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How long a process of a rule may take in real time, in milliseconds; then it is ended. */
const childWaitMs = 5_000;

/** The most that a process may print, in bytes. */
const childOutputBytesMax = 16 * 1024 * 1024;

/** What every run says when it begins: a transcript is about what happens then. */
const startUpTexts =
  /^(?:Reading configuration from|Opening input file|Interactive process|\d+ rules loaded from)/;

/** What a finished process still has to be told about. */
interface EndedChild {
  readonly number: number;
  readonly exitCode: number;
  readonly command: ByteString;
  readonly lines: readonly ByteString[];
}

export interface VirtualHostParts {
  readonly clock: VirtualClock;
  readonly transcript: Transcript;
  /** Log lines of this level and more important ones are noted. */
  readonly debug: number;
  readonly onSignal: (name: ByteString) => void;
  readonly onAddInput: Host['addInput'];
  readonly onDropInput: Host['dropInput'];
}

/**
 * The world of a simulation: output and log go to the transcript, files are
 * written, processes run for real but take no virtual time.
 */
export class VirtualHost implements Host, SecChildren {
  readonly #parts: VirtualHostParts;
  readonly #files: FileWriter;
  #ended: EndedChild[] = [];
  /** What processes printed on their standard error. */
  readonly errors: ByteString[] = [];

  constructor(parts: VirtualHostParts, log: Log) {
    this.#parts = parts;
    this.#files = new FileWriter(log);
  }

  write(file: ByteString, text: ByteString): void {
    if (file === '-') this.print(text);
    else {
      this.#files.write(file, text);
      // A process, or a later step of the scenario, may look at it at once.
      this.#files.flush();
    }
  }

  writeOnce(file: ByteString, text: ByteString): void {
    this.write(file, text);
    this.closeFile(file);
  }

  closeFile(file: ByteString): void {
    this.#files.closeFile(file);
  }

  print(text: ByteString): void {
    this.#parts.transcript.addOutput(this.#parts.clock.sinceStart, text);
  }

  send(kind: SocketKind, peer: ByteString): void {
    this.log(4, `A simulation sends nothing to ${kind} ${peer}`);
  }

  closeSocket(): void {}

  startProcess({ command, input, output, number }: ProcessRequest): void {
    const [program, words] = programOf(command);
    const ran = spawnSync(program, words, {
      input: bytesOf(input ?? ''),
      timeout: childWaitMs,
      maxBuffer: childOutputBytesMax,
    });
    const printed = byteStringFrom(ran.stdout ?? Buffer.alloc(0));
    if (output === 'inherited') this.print(printed);
    if (ran.stderr?.length > 0) this.errors.push(byteStringFrom(ran.stderr));
    const lines = printed.split('\n');
    if (lines.at(-1) === '') lines.pop();
    this.#ended.push({
      number,
      exitCode: ran.error !== undefined && ran.status === null ? 1 : (ran.status ?? 128),
      command: command.kind === 'line' ? command.text : command.words.join(' '),
      lines: output === 'events' ? lines : [],
    });
  }

  report(engine: Engine): void {
    const ended = this.#ended;
    this.#ended = [];
    for (const { number, exitCode, command, lines } of ended) {
      engine.childPrinted(number, lines);
      // Of a SingleWithScript the exit code is the answer and no failure.
      const isAnswer = engine.children.get(number)?.outcomes !== undefined;
      if (exitCode !== 0 && !isAnswer) {
        this.log(3, `Child PID terminated with non-zero exitcode ${exitCode} ( ${command} )`);
      }
      engine.childEnded(number, exitCode, this.#parts.clock.now);
    }
  }

  get running(): number {
    return this.#ended.length;
  }

  addInput(
    file: ByteString,
    offset: ByteString | undefined,
    context: ByteString | undefined,
  ): void {
    this.#parts.onAddInput(file, offset, context);
  }

  dropInput(file: ByteString): void {
    this.#parts.onDropInput(file);
  }

  emulateSignal(name: ByteString): void {
    this.#parts.onSignal(name);
  }

  zoneName(time: number): ByteString {
    return zoneName(time);
  }

  submit({ host, service, returnCode, output }: CheckResult): void {
    const { transcript, clock } = this.#parts;
    const text = `${host};${service ?? ''};${returnCode};${output}`;
    transcript.add({ time: clock.sinceStart, kind: 'R', text });
  }

  log(level: SecLogLevel, text: ByteString): void {
    if (level > this.#parts.debug || startUpTexts.test(text)) return;
    const { transcript, clock } = this.#parts;
    transcript.add({ time: clock.sinceStart, kind: 'L', text, level });
  }

  /** Closes all files. */
  close(): void {
    this.#files.close();
  }
}

/** What a process printed on standard error, a line each, for the end of the transcript. */
export function errorLines(errors: readonly ByteString[]): string[] {
  return errors.flatMap((text) => textOf(text).replace(/\n$/, '').split('\n'));
}
