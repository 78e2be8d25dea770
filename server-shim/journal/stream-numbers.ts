import type { ResultId } from '../../protocol/result-id.ts';

/** So many streams are remembered; an agent has one, and a new one when its state is lost. */
const streamLimit = 50_000;

/** The result of a stream with the highest number. */
interface LastResult {
  readonly seq: number;
  /** 0 when it is not known. */
  readonly checksum: number;
}

/**
 * The highest number of each stream, by which repeats are known. Beyond the limit the
 * stream that was heard of longest ago is forgotten.
 */
export class StreamNumbers {
  readonly #last: Map<string, LastResult>;
  readonly #limit: number;

  constructor(limit = streamLimit, last: Iterable<readonly [string, LastResult]> = []) {
    this.#limit = limit;
    this.#last = new Map(last);
  }

  /** The highest number of a stream; 0 when it is not known. */
  last(stream: string): number {
    return this.#last.get(stream)?.seq ?? 0;
  }

  /** The checksum of the result with the highest number; 0 when it is not known. */
  checksum(stream: string): number {
    return this.#last.get(stream)?.checksum ?? 0;
  }

  /** Notes a number; gives true when a stream had to be forgotten for it. */
  note({ stream, seq, checksum = 0 }: ResultId): boolean {
    const known = this.#last.get(stream);
    const last = known === undefined || seq > known.seq ? { seq, checksum } : known;
    // A map goes through its keys in the order of their insertion: the oldest comes first.
    this.#last.delete(stream);
    this.#last.set(stream, last);
    if (this.#last.size <= this.#limit) return false;
    const [oldest] = this.#last.keys();
    if (oldest !== undefined) this.#last.delete(oldest);
    return true;
  }

  /** All of it as text, one line a stream, longest unheard first: `number checksum name`. */
  toText(): string {
    let text = '';
    for (const [stream, { seq, checksum }] of this.#last) {
      text += `${seq} ${checksum} ${JSON.stringify(stream)}\n`;
    }
    return text;
  }

  /** @throws SyntaxError when the text is not what toText wrote */
  static fromText(text: string, limit = streamLimit): StreamNumbers {
    const lines = text.split('\n').slice(0, -1);
    const last = lines.map((line): [string, LastResult] => {
      const [, seq, checksum, json] = /^(\d+) (\d+) (.*)$/.exec(line) ?? [];
      const name: unknown = JSON.parse(json ?? '');
      if (typeof name !== 'string' || !Number.isSafeInteger(Number(seq))) {
        throw new SyntaxError(`no stream and number: ${line}`);
      }
      return [name, { seq: Number(seq), checksum: Number(checksum) }];
    });
    return new StreamNumbers(limit, last);
  }
}
