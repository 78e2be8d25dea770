import type { ByteString } from '../../protocol/byte-string.ts';
import type { Look, SecInput } from '../sec-program/sec-input.ts';

const nothing: Look = { kind: 'nothing' };

/** Standard input of a simulation: what the scenario has written and the loop not yet taken. */
export class SimulatedStdin implements SecInput {
  readonly name = '-';
  readonly dynamic = false;
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

  look(): Look {
    const text = this.#lines.shift();
    if (text === undefined) return nothing;
    this.#count++;
    return { kind: 'line', text };
  }

  lookAtName(): void {}

  /** It stays open, but what SEC had read of it is lost. */
  open(): void {
    this.#lines = [];
    this.#partial = '';
  }

  get isOpen(): boolean {
    return !this.ended;
  }

  get ended(): boolean {
    return this.#closed && this.#lines.length === 0;
  }

  get status() {
    const unknown = { device: undefined, inode: undefined, offset: undefined, size: undefined };
    return { file: this.name, open: this.isOpen, lines: this.#count, type: 'pipe', ...unknown };
  }

  close(): void {}
}
