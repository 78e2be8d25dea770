import type { ByteString } from '../../protocol/byte-string.ts';
import type { Host } from '../sec/engine/host.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';
import { LineBuffer } from './line-buffer.ts';
import { namedThing, OpenInput, standardInputName } from './open-input.ts';
import type { Look, SecInput, StartOffset } from './sec-input.ts';
import type { SecOptions } from './sec-options.ts';
import { systemMessage } from './system-message.ts';

const bytesOnly: Look = { kind: 'bytes' };
const nothing: Look = { kind: 'nothing' };

export interface SecFileInputParts {
  readonly name: ByteString;
  readonly dynamic: boolean;
  /** As they are at the moment: a restart may bring others. */
  readonly options: () => SecOptions;
  readonly host: () => Host;
}

/**
 * A file, a fifo or standard input, read as SEC reads it: a block at a time, by its name,
 * noticing at the end of the file that another one has come under that name or that it
 * was cut, and then beginning at the start. It is not what `nagtail run` reads with: SEC
 * loses lines at rotations, and rules and scripts may count on its ways.
 */
export class SecFileInput implements SecInput {
  readonly name: ByteString;
  readonly dynamic: boolean;
  readonly #options: () => SecOptions;
  readonly #host: () => Host;
  #file: OpenInput | undefined;
  /** What stands behind the last newline in it survives that another file comes under the name. */
  readonly #buffer = new LineBuffer();
  #count = 0;
  #triedAt = 0;
  /** There was nothing under the name when it was to be opened: what comes is all new. */
  #wasMissing = false;

  constructor({ name, dynamic, options, host }: SecFileInputParts) {
    this.name = name;
    this.dynamic = dynamic;
    this.#options = options;
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  get ended(): boolean {
    return !this.isOpen && !this.#options().tail && !this.#buffer.hasLine;
  }

  open(start: StartOffset, now: number): void {
    this.#buffer.clear();
    // A pipe that has no name could not be opened again.
    if (this.name === standardInputName && this.#file?.isRegular === false) return;
    this.close();
    this.#wasMissing = this.#tryToOpen(start, now) === 'missing';
  }

  look(): Look {
    return this.#takeLine() ?? this.#readBlock();
  }

  passOver(filter: LineFilter, lastMax: number): PassedOver {
    const passed = this.#buffer.passOver(filter, lastMax);
    this.#count += passed.count;
    return passed;
  }

  lookAtName(now: number): void {
    const { tail, reopenTimeout } = this.#options();
    if (!tail) return;
    const { name } = this;
    if (this.#file === undefined) {
      if (reopenTimeout === 0 || now - this.#triedAt < reopenTimeout) return;
      this.#host().log(6, `Attempting to (re)open ${name}`);
      this.#tryToOpen(this.#wasMissing ? 0 : 'end', now);
      if (this.isOpen) this.#wasMissing = false;
      return;
    }
    const change = name === standardInputName ? undefined : this.#file.changeOf(name);
    if (change === undefined) return;
    this.#host().log(4, `Input file ${name} has been ${change}`);
    this.#host().log(4, `Reopening ${name} and processing from the start`);
    this.close();
    this.#tryToOpen(0, now);
  }

  get status() {
    const unknown = { type: undefined, device: undefined, inode: undefined };
    const known = this.#file?.status ?? { ...unknown, offset: undefined, size: undefined };
    const offset = known.offset === undefined ? undefined : known.offset - this.#buffer.hidden;
    return { file: this.name, open: this.isOpen, lines: this.#count, ...known, offset };
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #takeLine(): Look | undefined {
    const text = this.#buffer.take();
    if (text === undefined) return undefined;
    this.#count++;
    return { kind: 'line', text };
  }

  #readBlock(): Look {
    if (this.#buffer.hidden > 0) return this.#showBlock();
    const file = this.#file;
    if (file === undefined) return nothing;
    try {
      const outcome = file.read(this.#buffer);
      if (outcome === 'bytes') return this.#showBlock();
      this.#buffer.release();
      return outcome === 'end' ? this.#atEnd(file) : nothing;
    } catch (error) {
      const what = `IO error (${systemMessage(error)}), closing the file`;
      this.#host().log(2, `Input file ${this.name} ${what}`);
      this.close();
      return nothing;
    }
  }

  #showBlock(): Look {
    this.#buffer.show(this.#options().blockSize);
    return this.#takeLine() ?? bytesOnly;
  }

  #atEnd(file: OpenInput): Look {
    const { tail } = this.#options();
    if (file.isRegular && tail) return nothing;
    this.close();
    if (!file.isRegular) this.#writersAreGone(tail);
    if (this.#buffer.isEmpty) return nothing;
    // What stands behind the last newline is a line when nothing more can come.
    this.#count++;
    return { kind: 'line', text: this.#buffer.takeRest() };
  }

  /** The last writer of a pipe has left. A fifo is opened anew for the next one. */
  #writersAreGone(tail: boolean): void {
    this.#host().log(6, `No writers on input pipe ${this.name}, closing the pipe`);
    if (!tail || this.name === standardInputName) return;
    this.#host().log(6, `Reopening input pipe ${this.name}`);
    this.#tryToOpen(0, this.#triedAt);
  }

  #tryToOpen(start: StartOffset, now: number): 'missing' | undefined {
    const { readWriteFifo, reopenTimeout } = this.#options();
    const { name } = this;
    this.#triedAt = now;
    const thing = name === standardInputName ? 'standard input' : namedThing(name);
    if (thing === 'missing') {
      if (reopenTimeout > 0) this.#host().log(6, `Input file ${name} has not been created yet`);
      else this.#host().log(3, `Input file ${name} does not exist!`);
      return 'missing';
    }
    if (thing === 'unsupported') {
      this.#host().log(2, `Input file ${name} is of unsupported type!`);
      return undefined;
    }
    try {
      // Opened for writing too, a fifo has no end when its writers leave.
      this.#file =
        thing === 'standard input'
          ? OpenInput.standardInput(start)
          : OpenInput.named(name, start, thing === 'fifo' && readWriteFifo);
    } catch (error) {
      this.#host().log(2, `Can't open input file ${name} (${systemMessage(error)})`);
      return undefined;
    }
    const { beyondEnd } = this.#file;
    if (beyondEnd !== undefined) {
      const what = `Offset ${beyondEnd} beyond EOF, seeking EOF`;
      this.#host().log(4, `${what} in input file ${name}`);
    }
    return undefined;
  }
}
