import type { ByteString } from '../../protocol/byte-string.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import type { Host } from '../sec/engine/host.ts';
import { perlGlob } from './perl-glob.ts';
import { SecFileInput, type StartOffset } from './sec-file-input.ts';
import type { SecInput } from './sec-input.ts';
import type { SecLine } from './sec-loop.ts';
import type { SecOptions } from './sec-options.ts';
import type { RestartKind } from './sec-program.ts';
import type { SecSourceStatus, SecSources } from './sec-sources.ts';

export interface SecInputSetParts {
  readonly options: SecOptions;
  readonly host: () => Host;
  readonly now: () => number;
  /** Makes the input `-`, where standard input is not the process's own. */
  readonly standardInput?: (context: ByteString | undefined) => SecInput;
}

/** SEC's inputs: in each round one line from each of them, in the order of their names. */
export class SecInputSet implements SecSources {
  readonly #parts: SecInputSetParts;
  #options: SecOptions;
  #inputs = new Map<ByteString, SecInput>();
  #ordered: readonly SecInput[] = [];
  /** The lines of a round that were not taken yet. */
  #round: SecLine[] = [];

  constructor(parts: SecInputSetParts) {
    this.#parts = parts;
    this.#options = parts.options;
  }

  open(): void {
    const { tail, fromStart } = this.#options;
    this.#openNamed(tail && !fromStart ? 'end' : 0);
  }

  next(): SecLine | undefined {
    if (this.#round.length === 0) this.#readRound();
    return this.#round.shift();
  }

  get ended(): boolean {
    // Whoever follows inputs goes on without them too, until a signal comes.
    if (this.#options.tail) return false;
    return this.#round.length === 0 && this.#ordered.every(({ ended }) => ended);
  }

  reopen(how: RestartKind, options: SecOptions): void {
    this.#options = options;
    const now = this.#parts.now();
    if (how === 'full' || !options.keepOpen) {
      this.#round = [];
      for (const [name, input] of this.#inputs) {
        if (input.dynamic && how === 'full') this.#remove(name, input);
        else input.reopenAtEnd(now);
      }
    }
    const named = this.#named();
    for (const [name, input] of this.#inputs) {
      if (!named.has(name) && !input.dynamic) this.#remove(name, input);
      else if (how === 'soft' && options.keepOpen) this.#tellKept(name);
    }
    this.#openNamed(options.tail ? 'end' : 0);
  }

  add(file: ByteString, offset: ByteString | undefined, context: ByteString | undefined): void {
    if (this.#inputs.has(file)) {
      this.#parts.host().log(3, `Input file '${file}' already exists in the list of inputs`);
      return;
    }
    const atEnd = offset === undefined ? this.#options.tail : offset === '-';
    this.#openInput(file, context, atEnd ? 'end' : Number(offset ?? 0), true);
    this.#sort();
  }

  drop(file: ByteString): void {
    const input = this.#inputs.get(file);
    if (input === undefined) return;
    this.#round = this.#round.filter(({ source }) => source !== file);
    this.#remove(file, input);
  }

  get statuses(): readonly SecSourceStatus[] {
    const { internalContexts } = this.#options;
    return this.#ordered.map(({ status, context, name }) => ({
      ...status,
      context: internalContexts ? (context ?? `_FILE_EVENT_${name}`) : undefined,
    }));
  }

  close(): void {
    for (const input of this.#inputs.values()) input.close();
    this.#inputs = new Map();
    this.#sort();
  }

  #tellKept(name: ByteString): void {
    const host = this.#parts.host();
    host.log(4, `Opening input file ${name}`);
    host.log(6, `Input file ${name} already open`);
  }

  #readRound(): void {
    const now = this.#parts.now();
    for (const input of this.#ordered) {
      const text = input.next(now);
      if (text === undefined) continue;
      this.#round.push({ text, source: input.name, context: input.context });
    }
  }

  /** The inputs that the options name; of two for one file the later counts. */
  #named(): Map<ByteString, ByteString | undefined> {
    const named = new Map<ByteString, ByteString | undefined>();
    for (const { pattern, context } of this.#options.input) {
      const paths = pattern === '-' ? ['-'] : perlGlob(pattern);
      for (const path of paths) named.set(byteStringOf(path), context);
    }
    return named;
  }

  #openNamed(start: StartOffset): void {
    for (const [name, context] of this.#named()) {
      if (!this.#inputs.has(name)) this.#openInput(name, context, start, false);
    }
    this.#sort();
  }

  #openInput(
    name: ByteString,
    context: ByteString | undefined,
    start: StartOffset,
    dynamic: boolean,
  ): void {
    const { standardInput, now } = this.#parts;
    const host = this.#parts.host();
    const parts = { name, context, dynamic, start, options: this.#options, host };
    const input =
      name === '-' && standardInput !== undefined
        ? standardInput(context)
        : new SecFileInput(parts, now());
    this.#inputs.set(name, input);
  }

  #remove(name: ByteString, input: SecInput): void {
    input.close();
    this.#inputs.delete(name);
    this.#sort();
  }

  #sort(): void {
    this.#ordered = [...this.#inputs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
