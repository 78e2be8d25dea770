import type { Log } from '../../platform/log.ts';
import { type ByteString, textOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { checkResultFault } from '../../protocol/check-result-fault.ts';
import type { OutboxWriter } from '../outbox/outbox-writer.ts';
import type { Host, ProcessRequest, SecLogLevel, SocketKind } from '../sec/engine/host.ts';
import type { FileWriter } from './file-writer.ts';
import type { ProcessStarter } from './process-starter.ts';
import type { SocketWriter } from './socket-writer.ts';
import { zoneName } from './zone-name.ts';

/** Bytes of a name that a message shows. */
const shownBytesMax = 128;

export interface RealHostParts {
  readonly files: FileWriter;
  readonly processes: ProcessStarter;
  readonly sockets: SocketWriter;
  readonly outbox: OutboxWriter;
  readonly inputs: Pick<Host, 'addInput' | 'dropInput'>;
  /** A rule asks for what a signal does: one of SEC's names, `HUP` and so on. */
  readonly onSignal: (name: string) => void;
  readonly log: Log;
}

/** What rules want done, done for real: files, processes, sockets, the outbox, the log. */
export class RealHost implements Host {
  readonly #parts: RealHostParts;

  constructor(parts: RealHostParts) {
    this.#parts = parts;
  }

  write(file: ByteString, text: ByteString): void {
    this.#parts.files.write(file, text);
  }

  writeOnce(file: ByteString, text: ByteString): void {
    this.#parts.files.write(file, text);
    this.#parts.files.closeFile(file);
  }

  closeFile(file: ByteString): void {
    this.#parts.files.closeFile(file);
  }

  print(text: ByteString): void {
    this.#parts.files.write('-', text);
  }

  send(kind: SocketKind, peer: ByteString, text: ByteString): void {
    this.#parts.sockets.send(kind, peer, text);
  }

  closeSocket(kind: SocketKind, peer: ByteString): void {
    this.#parts.sockets.close(kind, peer);
  }

  startProcess(request: ProcessRequest): void {
    // What was written before must be there when the process looks at it.
    this.#parts.files.flush();
    this.#parts.processes.start(request);
  }

  addInput(
    file: ByteString,
    offset: ByteString | undefined,
    context: ByteString | undefined,
  ): void {
    // It may be a file that was written to.
    this.#parts.files.flush();
    this.#parts.inputs.addInput(file, offset, context);
  }

  dropInput(file: ByteString): void {
    this.#parts.inputs.dropInput(file);
  }

  emulateSignal(name: ByteString): void {
    this.#parts.onSignal(name);
  }

  zoneName(time: number): ByteString {
    return zoneName(time);
  }

  submit(result: CheckResult): void {
    const fault = checkResultFault(result) ?? this.#parts.outbox.add(result);
    if (fault === undefined) return;
    const message = `a rule made a check result that cannot be sent: ${fault}`;
    this.#parts.log.warn('RESULT_REFUSED', message, {
      host: textOf(result.host.slice(0, shownBytesMax)),
      service: textOf((result.service ?? '').slice(0, shownBytesMax)),
    });
  }

  log(level: SecLogLevel, text: ByteString): void {
    const { log } = this.#parts;
    const tell =
      level <= 2 ? log.error : level === 3 ? log.warn : level === 4 ? log.info : log.debug;
    tell('RULE', textOf(text));
  }

  /** `nagtail run` does not tell of each step of its rules; `nagtail sec` and `simulate` do. */
  readonly detail = undefined;
}
