import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { wordsOf } from '../../protocol/blanks.ts';
import { type ByteString, byteStringFrom, bytesOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { argv0Of, programOf } from '../effects/process-starter.ts';
import { zoneName } from '../effects/zone-name.ts';
import { commandText } from '../sec/actions/commands.ts';
import { notOpenText } from '../sec/actions/sockets.ts';
import type { Engine } from '../sec/engine/engine.ts';
import type { Command, Host, ProcessRequest, SecLogLevel, SocketKind } from '../sec/engine/host.ts';
import { OutputFiles } from '../sec-program/output-files.ts';
import type { SecChildren } from '../sec-program/sec-loop.ts';
import { systemMessage } from '../sec-program/system-message.ts';
import { tellChildEnd } from '../sec-program/tell-child-end.ts';
import type { Transcript } from './transcript.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How long a process of a rule may take in real time, in milliseconds; then it is ended. */
const childWaitMs = 5_000;

/** The most that a process may print, in bytes. */
const childOutputBytesMax = 16 * 1024 * 1024;

/** What every run says when it begins: a transcript is about what happens then. */
const startUpTexts =
  /^(?:Reading configuration from|Opening input file|Interactive process|No --bufsize command line option|\d+ rules loaded from|No writers on input pipe -)/;

/** What a finished process still has to be told about. */
interface EndedChild {
  readonly number: number;
  readonly exitCode: number;
  readonly command: ByteString;
  /** Printed and not yet an event. */
  readonly lines: ByteString[];
}

export interface VirtualHostParts {
  readonly clock: VirtualClock;
  readonly transcript: Transcript;
  /** Log lines of this level and more important ones are noted. */
  readonly debug: number;
  /** A file descriptor for what processes write to standard error. */
  readonly standardError: number;
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
  readonly #files: OutputFiles;
  readonly #ended: EndedChild[] = [];
  /** The least important level that is noted. */
  level: number;

  constructor(parts: VirtualHostParts) {
    this.#parts = parts;
    this.level = parts.debug;
    // At once: a process, or a later step of the scenario, may look at a file.
    this.#files = new OutputFiles((level, text) => this.log(level, text), true);
  }

  write(file: ByteString, text: ByteString): void {
    if (file === '-') this.print(text);
    else this.#files.append(file, text, text.replace(/\n$/, ''));
  }

  writeOnce(file: ByteString, text: ByteString): void {
    if (file === '-') this.print(text);
    else this.#files.appendOnce(file, text, text);
  }

  closeFile(file: ByteString): void {
    // Nothing is known of standard output, and SEC does not ask.
    if (file !== '-') this.#files.closeFile(file);
  }

  print(text: ByteString): void {
    this.#parts.transcript.addOutput(this.#parts.clock.sinceStart, text);
  }

  send(kind: SocketKind, peer: ByteString): void {
    this.log(4, `A simulation sends nothing to ${kind} ${peer}`);
  }

  closeSocket(kind: SocketKind, peer: ByteString): void {
    this.detail?.(notOpenText(kind, peer));
  }

  startProcess({ command, input, output, number }: ProcessRequest): void {
    const [program, words] = programOf(command);
    const text = commandText(command);
    this.detail?.(`Child PID created for command '${text}'`);
    const ran = spawnSync(program, words, {
      argv0: argv0Of(program),
      input: bytesOf(input ?? ''),
      stdio: ['pipe', 'pipe', this.#parts.standardError],
      timeout: childWaitMs,
      maxBuffer: childOutputBytesMax,
    });
    // Without a process id: one that did not want its input has an error too.
    if (ran.error !== undefined && !ran.pid) this.#complain(command, ran.error);
    const printed = byteStringFrom(ran.stdout ?? Buffer.alloc(0));
    if (output === 'inherited') this.print(printed);
    const lines = printed.split('\n');
    if (lines.at(-1) === '') lines.pop();
    this.#ended.push({
      number,
      exitCode: ran.error !== undefined && ran.status === null ? 1 : (ran.status ?? 128),
      command: text,
      lines: output === 'events' ? lines : [],
    });
  }

  report(engine: Engine): void {
    // SEC reads what children print when no event waits; of those that end it reads all.
    if (!engine.events.hasReady) for (const child of this.#ended) this.#takeLines(child, engine);
    // What scripts lead to may start further ones, which have ended as well.
    for (let child = this.#ended.shift(); child !== undefined; child = this.#ended.shift()) {
      const { number, exitCode, command } = child;
      this.#takeLines(child, engine);
      const isScript = engine.children.get(number)?.outcomes !== undefined;
      tellChildEnd({ child: 'PID', exitCode, command, isScript }, this);
      engine.childEnded(number, exitCode, this.#parts.clock.now);
    }
  }

  #takeLines({ number, lines }: EndedChild, engine: Engine): void {
    for (const line of lines) {
      this.detail?.(`Creating event '${line}' (received from child PID)`);
    }
    engine.childPrinted(number, lines);
    lines.length = 0;
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
    if (level <= this.level && !startUpTexts.test(text)) this.#note(level, text);
  }

  /** Tells something whatever the level is. */
  always(text: ByteString): void {
    this.#note(0, text);
  }

  get detail(): Host['detail'] {
    return this.level < 6 ? undefined : this.#tellDetail;
  }

  /** Closes all files. */
  closeFiles(): void {
    this.#files.closeAll();
  }

  /** What perl says in SEC of a command that it cannot run. */
  #complain(command: Command, error: Error): void {
    const words = command.kind === 'line' ? wordsOf(command.text) : command.words;
    if (command.kind === 'line' && words.length === 0) return;
    const complaint = `Can't exec "${words[0] ?? ''}": ${systemMessage(error)}\n`;
    writeSync(this.#parts.standardError, bytesOf(complaint));
  }

  readonly #tellDetail = (text: ByteString) => this.#note(6, text);

  #note(level: SecLogLevel | 0, text: ByteString): void {
    const { transcript, clock } = this.#parts;
    transcript.add({ time: clock.sinceStart, kind: 'L', text, level });
  }
}
