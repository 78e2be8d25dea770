import { readSync } from 'node:fs';
import { systemCodeOf } from '../../platform/errors.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import { LineBuffer } from './line-buffer.ts';
import {
  newCounters,
  pollBudgetBytes,
  readBlockBytes,
  type SourceCounters,
} from './line-source.ts';

/** All reading is synchronous, so that one block serves all streams of a thread. */
const block = Buffer.allocUnsafeSlow(readBlockBytes);

/** The lines of something that is read once and in order: a pipe, a terminal, a socket. */
export class StreamLines {
  readonly #lines: LineBuffer;
  readonly #counters = newCounters();

  constructor(lineBytesMax: number | undefined) {
    this.#lines = new LineBuffer(0, lineBytesMax);
  }

  get counters(): Readonly<SourceCounters> {
    this.#counters.linesCut = this.#lines.linesCut;
    return this.#counters;
  }

  /** True when every complete line is taken. */
  get drained(): boolean {
    return this.#lines.drained;
  }

  /** True when nothing at all is left, not even an unfinished line. */
  get empty(): boolean {
    return this.#lines.empty;
  }

  next(): ByteString | undefined {
    const line = this.#lines.next();
    if (line !== undefined) this.#counters.lines += 1;
    return line;
  }

  /** As LineSource.passOver. */
  passOver(filter: LineFilter, lastMax: number): PassedOver | undefined {
    const passed = this.#lines.passOver(filter, lastMax);
    this.#counters.lines += passed?.count ?? 0;
    return passed;
  }

  /** No more bytes will come: an unfinished line counts as a line. */
  finish(): void {
    this.#lines.finish();
  }

  /**
   * Reads what is there, up to the budget of a poll; nothing while earlier
   * lines wait. The descriptor must not block. `end` is what a read of 0 bytes
   * means: the end of a file, or that no writer is there. Throws what the
   * system throws, but for EAGAIN.
   */
  read(fd: number): 'data' | 'nothing' | 'end' {
    if (!this.drained) return 'nothing';
    let bytes = 0;
    let length = 0;
    do {
      length = readOrUndefined(fd) ?? -1;
      if (length <= 0) break;
      this.#lines.push(block, 0, length);
      bytes += length;
    } while (length === readBlockBytes && bytes < pollBudgetBytes);
    this.#counters.bytes += bytes;
    if (bytes > 0) return 'data';
    return length === 0 ? 'end' : 'nothing';
  }
}

/** Bytes read into the block; undefined when there is nothing to read yet. */
function readOrUndefined(fd: number): number | undefined {
  try {
    return readSync(fd, block, 0, readBlockBytes, null);
  } catch (error) {
    if (systemCodeOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
