import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { systemCodeOf } from '../../platform/errors.ts';
import { type ByteString, byteStringFrom, bytesOf } from '../../protocol/byte-string.ts';
import type { Host } from '../sec/engine/host.ts';
import type { SecInput } from './sec-input.ts';
import type { SecOptions } from './sec-options.ts';

/** Where reading begins: at a byte, or at what is the end of the file when it is opened. */
export type StartOffset = number | 'end';

export interface SecFileInputParts {
  readonly name: ByteString;
  readonly context: ByteString | undefined;
  readonly dynamic: boolean;
  readonly start: StartOffset;
  readonly options: SecOptions;
  readonly host: Host;
}

/**
 * A file or fifo, read as SEC reads it: by its name, noticing at the end of the file
 * that another one has come under that name or that it was cut, and then
 * beginning at the start. It is not what `nagtail run` reads with: SEC loses
 * lines at rotations, and rules and scripts may count on its ways.
 */
export class SecFileInput implements SecInput {
  readonly name: ByteString;
  readonly context: ByteString | undefined;
  readonly dynamic: boolean;
  readonly #options: SecOptions;
  readonly #host: Host;
  #file: OpenFile | undefined;
  #lines: ByteString[] = [];
  /** What stands behind the last newline. It survives that the file is opened anew. */
  #partial = '';
  #count = 0;
  #ended = false;
  #triedAt: number;
  #restUntil = 0;

  constructor({ name, context, dynamic, start, options, host }: SecFileInputParts, now: number) {
    this.name = name;
    this.context = context;
    this.dynamic = dynamic;
    this.#options = options;
    this.#host = host;
    this.#triedAt = now;
    host.log(4, `Opening input file ${name}`);
    this.#file = openFile(name, start, options);
    if (this.#file !== undefined) return;
    if (options.reopenTimeout === 0) host.log(3, `Input file ${name} does not exist!`);
    this.#ended = !options.tail;
  }

  next(now: number): ByteString | undefined {
    if (this.#lines.length === 0) this.#poll(now);
    const line = this.#lines.shift();
    if (line !== undefined) this.#count++;
    return line;
  }

  get ended(): boolean {
    return this.#ended && this.#lines.length === 0;
  }

  reopenAtEnd(now: number): void {
    this.close();
    this.#lines = [];
    this.#partial = '';
    this.#triedAt = now;
    this.#host.log(4, `Opening input file ${this.name}`);
    this.#file = openFile(this.name, 'end', this.#options);
    this.#ended = this.#file === undefined && !this.#options.tail;
  }

  get status() {
    const status = this.#file && fstatSync(this.#file.descriptor);
    const type = status?.isFile() ? 'regular file' : status?.isFIFO() ? 'pipe' : undefined;
    return {
      file: this.name,
      open: this.#file !== undefined,
      lines: this.#count,
      type,
      device: status?.dev,
      inode: status?.ino,
      offset: this.#file?.offset ?? undefined,
      size: status?.isFile() ? status.size : undefined,
    };
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file.descriptor);
    this.#file = undefined;
  }

  #poll(now: number): void {
    if (this.#ended || now < this.#restUntil) return;
    if (this.#file === undefined) {
      this.#tryAgain(now);
      return;
    }
    const found = this.#readLines(this.#file);
    if (found === 'nothing yet') this.#rest(now);
    else if (found === 'end of file') this.#atEnd(this.#file, now);
  }

  /** Reads blocks until one of them ends a line: with small blocks a line takes several. */
  #readLines(file: OpenFile): 'lines' | 'nothing yet' | 'end of file' {
    for (;;) {
      const text = readBlock(file, this.#options.blockSize);
      if (!('text' in text)) return text.state;
      const lines = (this.#partial + text.text).split('\n');
      this.#partial = lines.pop() ?? '';
      this.#lines = lines;
      if (lines.length > 0) return 'lines';
    }
  }

  #rest(now: number): void {
    const { checkTimeout } = this.#options;
    if (checkTimeout > 0) this.#restUntil = now + checkTimeout;
  }

  #atEnd(file: OpenFile, now: number): void {
    if (!this.#options.tail) {
      this.#finish();
      return;
    }
    const status = statSync(bytesOf(this.name), { throwIfNoEntry: false });
    // A name that is gone may come back: until then the open file is all there is.
    const what = status && file.offset !== null ? changeOf(status, file) : undefined;
    if (what === undefined) {
      this.#rest(now);
      return;
    }
    this.#host.log(4, `Input file ${this.name} has been ${what}`);
    this.#host.log(4, `Reopening ${this.name} and processing from the start`);
    this.close();
    this.#file = openFile(this.name, 0, this.#options);
    this.#triedAt = now;
  }

  /** The end of an input that is read once: what stands behind the last newline is a line. */
  #finish(): void {
    if (this.#file?.offset === null) {
      this.#host.log(4, `No writers on input pipe ${this.name}, closing the pipe`);
    }
    if (this.#partial !== '') this.#lines.push(this.#partial);
    this.#partial = '';
    this.#ended = true;
    this.close();
  }

  #tryAgain(now: number): void {
    const { reopenTimeout } = this.#options;
    if (reopenTimeout === 0 || now - this.#triedAt < reopenTimeout) return;
    this.#triedAt = now;
    this.#file = openFile(this.name, 0, this.#options);
    if (this.#file !== undefined) this.#host.log(4, `Opening input file ${this.name}`);
  }
}

interface OpenFile {
  readonly descriptor: number;
  readonly device: number;
  readonly inode: number;
  /** Null for what has no positions: fifos and standard input. */
  offset: number | null;
}

function openFile(name: ByteString, start: StartOffset, options: SecOptions): OpenFile | undefined {
  const { O_RDONLY, O_RDWR, O_NONBLOCK } = constants;
  const path = name === '-' ? '/dev/stdin' : bytesOf(name);
  try {
    // Opened for writing too, a fifo has no end when its writers leave.
    const readWrite = name !== '-' && options.readWriteFifo && statSync(path).isFIFO();
    const descriptor = openSync(path, (readWrite ? O_RDWR : O_RDONLY) | O_NONBLOCK);
    const status = fstatSync(descriptor);
    const offset = status.isFile() ? (start === 'end' ? status.size : start) : null;
    return { descriptor, device: status.dev, inode: status.ino, offset };
  } catch (error) {
    // A socket or a terminal of another user cannot be opened again by that name.
    if (name !== '-' || systemCodeOf(error) === 'ENOENT') return undefined;
    return { descriptor: 0, device: 0, inode: 0, offset: null };
  }
}

type Block = { readonly text: ByteString } | { readonly state: 'nothing yet' | 'end of file' };

function readBlock(file: OpenFile, size: number): Block {
  const block = Buffer.alloc(size);
  try {
    const length = readSync(file.descriptor, block, 0, size, file.offset);
    if (length === 0) return { state: 'end of file' };
    if (file.offset !== null) file.offset += length;
    return { text: byteStringFrom(block, 0, length) };
  } catch (error) {
    if (systemCodeOf(error) === 'EAGAIN') return { state: 'nothing yet' };
    throw error;
  }
}

function changeOf(status: Stats, file: OpenFile): 'recreated' | 'truncated' | undefined {
  if (status.dev !== file.device || status.ino !== file.inode) return 'recreated';
  return status.size < (file.offset ?? 0) ? 'truncated' : undefined;
}
