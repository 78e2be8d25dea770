import { closeSync, constants, openSync, statSync } from 'node:fs';
import { type ByteString, bytesOf } from '../../protocol/byte-string.ts';
import { writeFully } from '../effects/write-fully.ts';
import type { SecLogLevel } from '../sec/engine/host.ts';
import { systemMessage } from './system-message.ts';

const standardOutput = 1;

/** Bytes that are collected for a file before they are written. */
const pendingBytesMax = 65_536;

interface OpenFile {
  readonly descriptor: number;
  pending: string[];
  pendingBytes: number;
}

type Tell = (level: SecLogLevel, text: ByteString) => void;

/**
 * The files that `write` actions write to, kept open as SEC does, without limit;
 * the messages are SEC's. Texts are collected and written by flush(), so that
 * each file gets one write for many texts.
 */
export class OutputFiles {
  readonly #tell: Tell;
  readonly #open = new Map<ByteString, OpenFile>();
  readonly #standardOutput = newFile(standardOutput);
  readonly #atOnce: boolean;

  /** @param atOnce nothing is collected: somebody looks at a terminal */
  constructor(tell: Tell, atOnce: boolean) {
    this.#tell = tell;
    this.#atOnce = atOnce;
  }

  /** Adds text to standard output. */
  print(text: ByteString): void {
    this.#add(this.#standardOutput, '-', text);
  }

  /** Appends text to a file; `event` is what messages call it. */
  append(file: ByteString, text: ByteString, event: ByteString): void {
    if (file === '-') this.print(text);
    else {
      const known = this.#open.get(file) ?? this.#openFile(file, event);
      if (known !== undefined) this.#add(known, file, text);
    }
  }

  /** Appends text to a file that is not kept open. */
  appendOnce(file: ByteString, text: ByteString, event: ByteString): void {
    if (file === '-') {
      this.print(text);
      return;
    }
    const kept = this.#open.get(file);
    if (kept !== undefined) this.#write(kept, file);
    this.#open.delete(file);
    const once = this.#openFile(file, event);
    if (once !== undefined) {
      this.#add(once, file, text);
      this.#close(once, file);
      this.#open.delete(file);
    }
    if (kept !== undefined) this.#open.set(file, kept);
  }

  /** Closes a file that is kept open. */
  closeFile(file: ByteString): void {
    const known = this.#open.get(file);
    if (known === undefined) {
      this.#tell(6, `File '${file}' is not open, can't close`);
      return;
    }
    this.#close(known, file);
    this.#open.delete(file);
  }

  /** Writes what was collected. */
  flush(): void {
    this.#write(this.#standardOutput, '-');
    for (const [name, file] of this.#open) this.#write(file, name);
  }

  /** Writes what was collected and closes all files; standard output stays. */
  closeAll(): void {
    this.#write(this.#standardOutput, '-');
    for (const [name, file] of this.#open) this.#close(file, name);
    this.#open.clear();
  }

  #openFile(file: ByteString, event: ByteString): OpenFile | undefined {
    const path = bytesOf(file);
    try {
      const status = statSync(path, { throwIfNoEntry: false });
      if (status !== undefined && !status.isFile() && !status.isFIFO()) {
        const reason = 'not a regular file or pipe';
        this.#tell(6, `Can't write event '${event}' to file '${file}' (${reason})`);
        return undefined;
      }
      const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
      // Without O_NONBLOCK the opening of a fifo that nobody reads would stop all rules.
      const opened = newFile(openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666));
      this.#open.set(file, opened);
      return opened;
    } catch (error) {
      const reason = systemMessage(error);
      this.#tell(6, `Can't open '${file}' for writing event '${event}' (${reason})`);
      return undefined;
    }
  }

  #add(file: OpenFile, name: ByteString, text: ByteString): void {
    file.pending.push(text);
    file.pendingBytes += text.length;
    if (this.#atOnce || file.pendingBytes > pendingBytesMax) this.#write(file, name);
  }

  #write(file: OpenFile, name: ByteString): void {
    if (file.pending.length === 0) return;
    const text = file.pending.join('');
    file.pending = [];
    file.pendingBytes = 0;
    try {
      writeFully(file.descriptor, bytesOf(text), patienceWith(file.descriptor));
    } catch (error) {
      this.#tell(6, `Error when writing to file '${name}' (${systemMessage(error)})`);
      if (file.descriptor === standardOutput) return;
      closeSync(file.descriptor);
      this.#open.delete(name);
    }
  }

  #close(file: OpenFile, name: ByteString): void {
    this.#write(file, name);
    // A failed write has closed it.
    if (this.#open.get(name) === file) closeSync(file.descriptor);
  }
}

function newFile(descriptor: number): OpenFile {
  return { descriptor, pending: [], pendingBytes: 0 };
}

/** Milliseconds: a full pipe of standard output is waited for, one of a fifo loses what it does not take. */
function patienceWith(descriptor: number): number {
  return descriptor === standardOutput ? Number.POSITIVE_INFINITY : 0;
}
