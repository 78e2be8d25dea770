import { type BigIntStats, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { systemCodeOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import type { LineSource, SourceCounters } from './line-source.ts';
import { SourceState } from './source-state.ts';
import { StreamLines } from './stream-lines.ts';

export interface FifoOptions {
  readonly path: string;
  readonly log: Log;
  readonly lineBytesMax?: number | undefined;
}

/**
 * Reads a named pipe. It never ends: writers may come and go, and the pipe may
 * be made anew.
 *
 * The pipe is opened for writing as well, so that it always has a writer: one
 * that leaves before another comes is then no end, and what it wrote stays.
 */
export class FifoSource implements LineSource {
  readonly name: string;
  readonly ended = false;
  readonly readsOnce = true;
  /** Nobody tells of what comes through a pipe. */
  readonly isRestless = true;
  readonly #lines: StreamLines;
  readonly #state: SourceState;
  #open: { readonly fd: number; readonly stat: BigIntStats } | undefined;
  #isReplaced = false;

  constructor(options: FifoOptions) {
    this.name = options.path;
    this.#lines = new StreamLines(options.lineBytesMax);
    this.#state = new SourceState(options.path, options.log);
  }

  get counters(): Readonly<SourceCounters> {
    return this.#lines.counters;
  }

  /** True when something else than a pipe has the name now, and all lines are taken. */
  get isReplaced(): boolean {
    return this.#isReplaced && this.#lines.drained;
  }

  get hasLines(): boolean {
    return !this.#lines.drained;
  }

  get trouble(): string | undefined {
    return this.#state.trouble;
  }

  next(): ByteString | undefined {
    return this.#lines.next();
  }

  passOver(filter: LineFilter, lastMax: number): PassedOver | undefined {
    return this.#lines.passOver(filter, lastMax);
  }

  poll(): boolean {
    try {
      // What is left in a pipe that lost its name is read before it is closed.
      if (this.#read()) return true;
      return this.#lookAtName() && this.#read();
    } catch (error) {
      this.#state.failed(error);
      return false;
    }
  }

  close(): void {
    if (this.#open !== undefined) closeSync(this.#open.fd);
    this.#open = undefined;
  }

  #read(): boolean {
    return this.#open !== undefined && this.#lines.read(this.#open.fd) === 'data';
  }

  /** Opens the pipe that has the name, if it is not the one that is open. True when it did. */
  #lookAtName(): boolean {
    const stat = statSync(this.name, { bigint: true, throwIfNoEntry: false });
    this.#isReplaced = stat !== undefined && !stat.isFIFO();
    if (stat === undefined) {
      this.#state.missing('there is no such pipe; it is read when it appears', false);
      return false;
    }
    if (this.#isReplaced) return false;
    if (stat.ino === this.#open?.stat.ino && stat.dev === this.#open.stat.dev) {
      this.#state.recovered();
      return false;
    }
    const opened = openPipe(this.name);
    if (opened === undefined) return false;
    this.close();
    this.#open = opened;
    this.#state.opened(0);
    return true;
  }
}

/** Opens a pipe; undefined when the name stands for something else by now. */
function openPipe(path: string): { readonly fd: number; readonly stat: BigIntStats } | undefined {
  const fd = openForReading(path);
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (stat.isFIFO()) return { fd, stat };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

/** Opens a pipe for reading and writing; only for reading where writing is not permitted. */
function openForReading(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    if (systemCodeOf(error) !== 'EACCES') throw error;
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }
}
