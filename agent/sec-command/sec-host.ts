import type { ByteString } from '../../protocol/byte-string.ts';
import { zoneName } from '../effects/zone-name.ts';
import type { Host, ProcessRequest, SecLogLevel, SocketKind } from '../sec/engine/host.ts';
import type { OutputFiles } from '../sec-program/output-files.ts';
import type { ChildProcesses } from './child-processes.ts';
import type { SecLog } from './sec-log.ts';
import type { Sockets } from './sockets.ts';

export interface SecHostParts {
  readonly log: SecLog;
  readonly files: OutputFiles;
  readonly sockets: Sockets;
  readonly children: ChildProcesses;
  readonly onAddInput: Host['addInput'];
  readonly onDropInput: Host['dropInput'];
  readonly onSignal: (name: ByteString) => void;
}

/** What rules want done, done as SEC does it. */
export class SecHost implements Host {
  readonly #parts: SecHostParts;

  constructor(parts: SecHostParts) {
    this.#parts = parts;
  }

  write(file: ByteString, text: ByteString): void {
    this.#parts.files.append(file, text, eventOf(text));
  }

  writeOnce(file: ByteString, text: ByteString): void {
    this.#parts.files.appendOnce(file, text, text);
  }

  closeFile(file: ByteString): void {
    this.#parts.files.closeFile(file);
  }

  print(text: ByteString): void {
    this.#parts.files.print(text);
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
    this.#parts.children.start(request);
  }

  addInput(
    file: ByteString,
    offset: ByteString | undefined,
    context: ByteString | undefined,
  ): void {
    // It may be a file that was written to.
    this.#parts.files.flush();
    this.#parts.onAddInput(file, offset, context);
  }

  dropInput(file: ByteString): void {
    this.#parts.onDropInput(file);
  }

  emulateSignal(name: ByteString): void {
    this.#parts.onSignal(name);
  }

  /** No rule of SEC's own language comes here. */
  zoneName(time: number): ByteString {
    return zoneName(time);
  }

  submit(): void {}

  log(level: SecLogLevel, text: ByteString): void {
    this.#parts.log.log(level, text);
  }

  get detail(): Host['detail'] {
    return this.#parts.log.detail;
  }
}

/** What the messages call the text of `write`: without the newline that the action has added. */
function eventOf(text: ByteString): ByteString {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
