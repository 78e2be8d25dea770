import { type ByteString, byteStringOf } from '../../protocol/byte-string.ts';
import type { Host } from '../sec/engine/host.ts';
import type { SecOptions } from './sec-options.ts';

export interface SilenceWatchParts {
  /** The name of the input. */
  readonly name: ByteString;
  readonly options: () => SecOptions;
  readonly host: () => Host;
  /** Starts a program with its parameters. */
  readonly startScript: (words: readonly ByteString[]) => void;
}

/**
 * Watches how long an input gives nothing: --check-timeout lets it alone for a while,
 * --input-timeout has a script told of its silence, and of the end of it. Times are
 * Unix times in seconds.
 */
export class SilenceWatch {
  readonly #parts: SilenceWatchParts;
  #heardAt: number;
  #told = false;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(parts: SilenceWatchParts, now: number) {
    this.#parts = parts;
    this.#heardAt = now;
  }

  /** The input was opened: whatever was before does not count. */
  begin(now: number): void {
    this.#heardAt = now;
    this.#told = false;
    this.#restsUntil = Number.NEGATIVE_INFINITY;
  }

  /** False while the input is let alone. */
  mayLook(now: number): boolean {
    return now >= this.#restsUntil;
  }

  /** A line came. */
  heard(now: number): void {
    this.#heardAt = now;
    if (!this.#told) return;
    this.#told = false;
    this.#tell('Input received', '0');
  }

  /** A look found nothing. */
  silent(now: number): void {
    const { checkTimeout, inputTimeout } = this.#parts.options();
    if (checkTimeout > 0) this.#restsUntil = now + checkTimeout;
    if (inputTimeout === 0 || this.#told || now - this.#heardAt < inputTimeout) return;
    this.#told = true;
    this.#tell('No input', '1');
  }

  #tell(what: string, state: '0' | '1'): void {
    const { name, options, host, startScript } = this.#parts;
    const { timeoutScript } = options();
    if (timeoutScript === undefined) return;
    const words = [byteStringOf(timeoutScript), state, name];
    host().log(5, `${what}, executing script ${words.join(' ')}`);
    startScript(words);
  }
}
