import type { Host, ProcessRequest, SecLogLevel, SocketKind } from '../../agent/sec/engine/host.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';

/** A host that does nothing and writes down what was asked of it, one line a call. */
export class RecordingHost implements Host {
  #calls: string[] = [];

  /** The calls since the last time they were taken. */
  take(): string[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }

  write(file: ByteString, text: ByteString): void {
    this.#add('write', file, text);
  }

  writeOnce(file: ByteString, text: ByteString): void {
    this.#add('write once', file, text);
  }

  closeFile(file: ByteString): void {
    this.#add('close', file);
  }

  send(kind: SocketKind, peer: ByteString, text: ByteString): void {
    this.#add('send', kind, peer, text);
  }

  closeSocket(kind: SocketKind, peer: ByteString): void {
    this.#add('close socket', kind, peer);
  }

  startProcess({ command, input, output }: ProcessRequest): void {
    const words =
      command.kind === 'line' ? [command.text] : command.words.map((word) => `<${word}>`);
    const fed = input === undefined ? [] : [`with input ${input}`];
    this.#add(output === 'events' ? 'spawn' : 'start', ...words, ...fed);
  }

  print(text: ByteString): void {
    this.#add('print', text);
  }

  addInput(
    file: ByteString,
    offset: ByteString | undefined,
    context: ByteString | undefined,
  ): void {
    this.#add('add input', file, offset ?? '', context ?? '');
  }

  dropInput(file: ByteString): void {
    this.#add('drop input', file);
  }

  emulateSignal(name: ByteString): void {
    this.#add('signal', name);
  }

  zoneName(): string {
    return 'UTC';
  }

  submit({ host, service, returnCode, output }: CheckResult): void {
    this.#add('submit', [host, service ?? '(host)', returnCode, output].join(';'));
  }

  log(level: SecLogLevel, text: ByteString): void {
    // What SEC says about a command that it starts tells nothing new here.
    if (level <= 4) this.#add(`log ${level}`, text);
  }

  readonly detail = undefined;

  #add(...words: readonly string[]): void {
    this.#calls.push(words.join(' ').replace(/\n$/, '').replaceAll('\n', '\\n'));
  }
}
