import type { ByteString } from '../../protocol/byte-string.ts';
import type { SecInput } from '../sec-program/sec-input.ts';

/** Standard input of a simulation: what the scenario has written and the loop not yet taken. */
export class SimulatedStdin implements SecInput {
  readonly name = '-';
  readonly dynamic = false;
  /** Set when the program opens it. */
  context: ByteString | undefined;
  #lines: ByteString[] = [];
  #partial = '';
  #count = 0;
  #closed = false;

  /** The scenario writes text. */
  write(text: ByteString): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    this.#lines.push(...lines);
  }

  /** The scenario is at its end: an unfinished line is a line now. */
  finish(): void {
    this.#closed = true;
    if (this.#partial !== '') this.#lines.push(this.#partial);
    this.#partial = '';
  }

  next(): ByteString | undefined {
    const line = this.#lines.shift();
    if (line !== undefined) this.#count++;
    return line;
  }

  /** It stays open, but what SEC had read of it is lost. */
  reopenAtEnd(): void {
    this.#lines = [];
    this.#partial = '';
  }

  get ended(): boolean {
    return this.#closed && this.#lines.length === 0;
  }

  get status() {
    const open = !this.#closed;
    const unknown = { device: undefined, inode: undefined, offset: undefined, size: undefined };
    return { file: this.name, open, lines: this.#count, type: 'pipe', ...unknown };
  }

  close(): void {}
}
