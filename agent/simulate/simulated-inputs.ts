import type { ByteString } from '../../protocol/byte-string.ts';
import type { SecInputs, SecLine } from '../sec-program/sec-loop.ts';

/** Standard input of a simulation: what the scenario has written and the loop not yet taken. */
export class SimulatedStdin implements SecInputs {
  readonly #context: ByteString | undefined;
  readonly #lines: ByteString[] = [];
  #partial = '';
  #closed = false;

  /** @param context the internal context of its lines, when it has one of its own */
  constructor(context: ByteString | undefined) {
    this.#context = context;
  }

  /** The scenario writes text. */
  write(text: ByteString): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    this.#lines.push(...lines);
  }

  /** The scenario is at its end: an unfinished line is a line now. */
  close(): void {
    this.#closed = true;
    if (this.#partial !== '') this.#lines.push(this.#partial);
    this.#partial = '';
  }

  next(): SecLine | undefined {
    const text = this.#lines.shift();
    return text === undefined ? undefined : { text, source: '-', context: this.#context };
  }

  /** It stays open over restarts. */
  reopen(): void {}

  get ended(): boolean {
    return this.#closed && this.#lines.length === 0;
  }
}
