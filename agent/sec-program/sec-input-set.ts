import { type ByteString, byteStringOf } from '../../protocol/byte-string.ts';
import type { Host } from '../sec/engine/host.ts';
import type { LineFilter } from '../sec/prefilter/line-filter.ts';
import { standardInputName } from './open-input.ts';
import { perlGlob } from './perl-glob.ts';
import { SecFileInput } from './sec-file-input.ts';
import type { SecInput, StartOffset } from './sec-input.ts';
import type { PassedLines, SecLine } from './sec-loop.ts';
import type { SecOptions } from './sec-options.ts';
import type { RestartKind } from './sec-program.ts';
import type { SecSourceStatus, SecSources } from './sec-sources.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface SecInputSetParts {
  readonly options: SecOptions;
  readonly host: () => Host;
  /** Unix time in seconds. */
  readonly now: () => number;
  /** Starts the script of --timeout-script; no shell sees the words. */
  readonly startScript: (words: readonly ByteString[]) => void;
  /** Called before each round of looks at the inputs. */
  readonly onRound?: () => void;
  /** Makes the input `-`, where standard input is not the process's own. */
  readonly standardInput?: SecInput;
}

/** An input, and when it was heard last. */
interface Source {
  readonly input: SecInput;
  readonly watch: SilenceWatch;
  /** The name of its internal context, when it was given one. */
  context: ByteString | undefined;
}

/** SEC's inputs: in each round one line from each of them, in the order of their names. */
export class SecInputSet implements SecSources {
  readonly #parts: SecInputSetParts;
  #options: SecOptions;
  readonly #sources = new Map<ByteString, Source>();
  #ordered: readonly Source[] = [];
  /** The lines of a round that were not taken yet. */
  #round: SecLine[] = [];
  #busy = false;

  constructor(parts: SecInputSetParts) {
    this.#parts = parts;
    this.#options = parts.options;
  }

  open(): void {
    const { tail, fromStart } = this.#options;
    this.#takeNames();
    for (const { input } of this.#ordered) this.#open(input, tail && !fromStart ? 'end' : 0);
  }

  next(): SecLine | undefined {
    if (this.#round.length === 0) this.#lookAtAll();
    return this.#round.shift();
  }

  passOver(filter: LineFilter, lastMax: number): PassedLines | undefined {
    if (this.#round.length > 0) return undefined;
    const source = this.#onlySource();
    if (source === undefined) return undefined;
    const { input, watch, context } = source;
    const passed = input.passOver?.(filter, lastMax);
    if (passed === undefined || passed.count === 0) return undefined;
    watch.heard(this.#parts.now());
    return { ...passed, source: input.name, context };
  }

  /** The only one from which lines may come; undefined when there are several. */
  #onlySource(): Source | undefined {
    let only: Source | undefined;
    for (const source of this.#ordered) {
      if (source.input.ended) continue;
      if (only !== undefined) return undefined;
      only = source;
    }
    return only;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get ended(): boolean {
    // Whoever follows inputs goes on without them too, until a signal comes.
    if (this.#options.tail) return false;
    return this.#round.length === 0 && this.#ordered.every(({ input }) => input.ended);
  }

  reopen(how: RestartKind, options: SecOptions): void {
    this.#options = options;
    const keepsOpen = how === 'soft' && options.keepOpen;
    if (!keepsOpen) this.#round = [];
    if (how === 'full') {
      for (const { input } of this.#ordered) if (input.dynamic) this.#remove(input.name);
    }
    this.#takeNames();
    for (const { input, watch } of this.#ordered) {
      if (keepsOpen && input.isOpen) this.#tellKept(input.name);
      else {
        watch.begin(this.#parts.now());
        this.#open(input, 'end');
      }
    }
  }

  add(file: ByteString, offset: ByteString | undefined, context: ByteString | undefined): void {
    const host = this.#parts.host();
    const known = this.#sources.get(file);
    if (known !== undefined) {
      const what = known.input.dynamic ? 'Dynamic input' : 'Input';
      host.log(3, `${what} file '${file}' already exists in the list of inputs, can't add`);
      return;
    }
    const start = offset === undefined || offset === '-' ? 'end' : Number(offset);
    const where = start === 'end' ? 'EOF' : `offset '${start}'`;
    host.log(6, `Opening input file '${file}' and seeking ${where}`);
    const input = this.#newInput(file, context, true);
    input.open(start, this.#parts.now());
    this.#sort();
  }

  drop(file: ByteString): boolean {
    const host = this.#parts.host();
    if (this.#sources.get(file)?.input.dynamic !== true) {
      host.log(3, `Dynamic input file '${file}' not found, can't drop`);
      return false;
    }
    this.#round = this.#round.filter(({ source }) => source !== file);
    this.#remove(file);
    this.#sort();
    return true;
  }

  get statuses(): readonly SecSourceStatus[] {
    const { internalContexts } = this.#options;
    return this.#ordered.map(({ input, context }) => ({
      ...input.status,
      context: internalContexts ? (context ?? `_FILE_EVENT_${input.name}`) : undefined,
    }));
  }

  close(): void {
    for (const { input } of this.#ordered) input.close();
    this.#sources.clear();
    this.#sort();
  }

  #lookAtAll(): void {
    this.#parts.onRound?.();
    this.#busy = false;
    const now = this.#parts.now();
    for (const { input, watch, context } of this.#ordered) {
      if (!watch.mayLook(now)) continue;
      const look = input.look();
      if (look.kind === 'line') {
        watch.heard(now);
        this.#round.push({ text: look.text, source: input.name, context });
      } else if (look.kind === 'bytes') this.#busy = true;
      else {
        watch.silent(now);
        input.lookAtName(now);
      }
    }
    if (this.#round.length > 0) this.#busy = false;
  }

  /** Takes the inputs that the options name at the moment, and no others but the dynamic ones. */
  #takeNames(): void {
    const named = this.#named();
    for (const [name, { input }] of this.#sources) {
      if (!input.dynamic && !named.has(name)) this.#remove(name);
    }
    for (const [name, context] of named) {
      const known = this.#sources.get(name);
      if (known === undefined) this.#newInput(name, context, false);
      else known.context = context;
    }
    this.#sort();
  }

  /** The inputs that the options name; of two for one file the later counts. */
  #named(): Map<ByteString, ByteString | undefined> {
    const named = new Map<ByteString, ByteString | undefined>();
    for (const { pattern, context } of this.#options.input) {
      const paths = pattern === standardInputName ? [pattern] : perlGlob(pattern);
      for (const path of paths) named.set(byteStringOf(path), context);
    }
    return named;
  }

  #open(input: SecInput, start: StartOffset): void {
    this.#parts.host().log(4, `Opening input file ${input.name}`);
    input.open(start, this.#parts.now());
  }

  #tellKept(name: ByteString): void {
    const host = this.#parts.host();
    host.log(4, `Opening input file ${name}`);
    host.log(6, `Input file ${name} already open`);
  }

  #newInput(name: ByteString, context: ByteString | undefined, dynamic: boolean): SecInput {
    const { standardInput, host, now, startScript } = this.#parts;
    const options = () => this.#options;
    const input =
      name === standardInputName && standardInput !== undefined
        ? standardInput
        : new SecFileInput({ name, dynamic, options, host });
    const watch = new SilenceWatch({ name, options, host, startScript }, now());
    this.#sources.set(name, { input, watch, context });
    return input;
  }

  #remove(name: ByteString): void {
    this.#sources.get(name)?.input.close();
    this.#sources.delete(name);
  }

  #sort(): void {
    const byName = (a: Source, b: Source) => (a.input.name < b.input.name ? -1 : 1);
    this.#ordered = [...this.#sources.values()].sort(byName);
  }
}
