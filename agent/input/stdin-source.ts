import type { Log } from '../../platform/log.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import type { LineSource, SourceCounters } from './line-source.ts';
import { type NonBlockingInput, openNonBlocking } from './non-blocking-input.ts';
import { SourceState } from './source-state.ts';
import { StreamLines } from './stream-lines.ts';

export interface StdinOptions {
  readonly log: Log;
  readonly lineBytesMax?: number | undefined;
  /** Another descriptor than 0, for tests. */
  readonly fd?: number;
}

/** The name of standard input as a source. */
export const stdinName = '-';

/**
 * Reads standard input, whatever it is: a pipe, a terminal, a socket, or a
 * file, which is read from where it stands to its end, once. At the end an
 * unterminated last line is a line too; then the source has ended.
 */
export class StdinSource implements LineSource {
  readonly name = stdinName;
  readonly readsOnce = true;
  readonly #lines: StreamLines;
  readonly #state: SourceState;
  #input: NonBlockingInput | undefined;
  #atEnd = false;

  constructor(options: StdinOptions) {
    this.#lines = new StreamLines(options.lineBytesMax);
    this.#state = new SourceState('standard input', options.log);
    try {
      this.#input = openNonBlocking(options.fd ?? 0);
    } catch (error) {
      this.#fail(error);
    }
  }

  get counters(): Readonly<SourceCounters> {
    return this.#lines.counters;
  }

  get ended(): boolean {
    return this.#atEnd && this.#lines.empty;
  }

  get hasLines(): boolean {
    return !this.#lines.drained || this.#atEnd;
  }

  get isRestless(): boolean {
    return !this.#atEnd;
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
    if (this.#input === undefined) return false;
    try {
      const outcome = this.#lines.read(this.#input.fd);
      if (outcome === 'end') this.#end();
      return outcome !== 'nothing';
    } catch (error) {
      this.#fail(error);
      return true;
    }
  }

  close(): void {
    this.#input?.close();
    this.#input = undefined;
  }

  #end(): void {
    this.#atEnd = true;
    this.#lines.finish();
    this.close();
  }

  /** A stream that failed gives nothing more: that is its end, and said. */
  #fail(error: unknown): void {
    this.#state.failed(error);
    this.#end();
  }
}
