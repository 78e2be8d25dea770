import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { systemCodeOf } from '../../platform/errors.ts';
import { type ByteString, bytesOf } from '../../protocol/byte-string.ts';
import { type NonBlockingInput, openNonBlocking } from '../input/non-blocking-input.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { StartOffset } from './sec-input.ts';

/** The name of standard input. */
export const standardInputName: ByteString = '-';

/** Whether bytes were read, or why not. */
export type ReadOutcome = 'bytes' | 'nothing yet' | 'end';

/** What an input's name stands for. */
export type NamedThing = 'missing' | 'unsupported' | 'fifo' | 'regular file';

/** What has an input's name at the moment. What cannot be looked at counts as missing, as in SEC. */
export function namedThing(name: ByteString): NamedThing {
  try {
    const status = statSync(bytesOf(name));
    return status.isFile() ? 'regular file' : status.isFIFO() ? 'fifo' : 'unsupported';
  } catch {
    return 'missing';
  }
}

/** An input that is open: a regular file, or what has no positions (a fifo, a terminal, a socket). */
export class OpenInput {
  readonly #input: NonBlockingInput;
  readonly #status: BigIntStats;
  /** Undefined for what has no positions, and for standard input that goes on where it stands. */
  #offset: number | undefined;
  /** Until somebody has opened a fifo for writing, its end says nothing. */
  #hadWriter: boolean;
  readonly isRegular: boolean;
  /** The offset that was asked for, when the file is shorter. */
  readonly beyondEnd: number | undefined;

  private constructor(input: NonBlockingInput, start: StartOffset, isStandardInput: boolean) {
    this.#input = input;
    this.#status = fstatSync(input.fd, { bigint: true });
    this.isRegular = this.#status.isFile();
    this.#hadWriter = isStandardInput;
    const size = Number(this.#status.size);
    this.beyondEnd = this.isRegular && start !== 'end' && start > size ? start : undefined;
    if (!this.isRegular || (isStandardInput && start !== 'end')) return;
    this.#offset = start === 'end' || start > size ? size : start;
  }

  /** Opens a regular file or a fifo by its name; throws what the system says. */
  static named(name: ByteString, start: StartOffset, readWrite: boolean): OpenInput {
    const { O_RDONLY, O_RDWR, O_NONBLOCK } = constants;
    const fd = openSync(bytesOf(name), (readWrite ? O_RDWR : O_RDONLY) | O_NONBLOCK);
    return new OpenInput({ fd, close: () => closeSync(fd) }, start, false);
  }

  /** Standard input, whatever it is. */
  static standardInput(start: StartOffset): OpenInput {
    return new OpenInput(openNonBlocking(0), start, true);
  }

  /** Reads more into a buffer. */
  read(buffer: LineBuffer): ReadOutcome {
    try {
      const { fd } = this.#input;
      const length = buffer.fill((into, at, room) =>
        readSync(fd, into, at, room, this.#offset ?? null),
      );
      if (length === 0) return this.#hadWriter || this.isRegular ? 'end' : 'nothing yet';
      this.#hadWriter = true;
      if (this.#offset !== undefined) this.#offset += length;
      return 'bytes';
    } catch (error) {
      if (systemCodeOf(error) !== 'EAGAIN') throw error;
      this.#hadWriter = true;
      return 'nothing yet';
    }
  }

  /** How what has the name now differs from what is open; undefined when it does not. */
  changeOf(name: ByteString): 'recreated' | 'truncated' | undefined {
    const named = statOf(name);
    // A name that is gone may come back: until then the open file is all there is.
    if (named === undefined) return undefined;
    const { dev, ino } = this.#status;
    if (named.dev !== dev || named.ino !== ino) return 'recreated';
    const isShorter = this.#offset !== undefined && Number(named.size) < this.#offset;
    return isShorter ? 'truncated' : undefined;
  }

  /** For a dump. */
  get status() {
    const { dev, ino, size } = fstatSync(this.#input.fd);
    return {
      type: this.isRegular ? 'regular file' : 'pipe',
      device: dev,
      inode: ino,
      offset: this.#offset,
      size: this.isRegular ? size : undefined,
    };
  }

  close(): void {
    this.#input.close();
  }
}

function statOf(name: ByteString): BigIntStats | undefined {
  try {
    return statSync(bytesOf(name), { bigint: true });
  } catch {
    return undefined;
  }
}
