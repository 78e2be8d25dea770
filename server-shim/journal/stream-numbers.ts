import type { ResultId } from '../../protocol/result-id.ts';

/** So many streams are remembered; an agent has one, and a new one when its state is lost. */
export const streamLimit = 50_000;

/**
 * The highest number of each stream, by which repeats are known. Beyond the limit the
 * stream that was heard of longest ago is forgotten.
 */
export class StreamNumbers {
  readonly #numbers: Map<string, number>;
  readonly #limit: number;

  constructor(limit = streamLimit, numbers: Iterable<readonly [string, number]> = []) {
    this.#limit = limit;
    this.#numbers = new Map(numbers);
  }

  /** The highest number of a stream; 0 when it is not known. */
  last(stream: string): number {
    return this.#numbers.get(stream) ?? 0;
  }

  /** Notes a number; gives true when a stream had to be forgotten for it. */
  note({ stream, seq }: ResultId): boolean {
    const last = Math.max(seq, this.last(stream));
    // A map goes through its keys in the order of their insertion: the oldest comes first.
    this.#numbers.delete(stream);
    this.#numbers.set(stream, last);
    if (this.#numbers.size <= this.#limit) return false;
    const [oldest] = this.#numbers.keys();
    if (oldest !== undefined) this.#numbers.delete(oldest);
    return true;
  }

  /** All of it as text, one line a stream, longest unheard first: `number name`. */
  toText(): string {
    let text = '';
    for (const [stream, seq] of this.#numbers) text += `${seq} ${JSON.stringify(stream)}\n`;
    return text;
  }

  /** @throws SyntaxError when the text is not what toText wrote */
  static fromText(text: string, limit = streamLimit): StreamNumbers {
    const lines = text.split('\n').slice(0, -1);
    const numbers = lines.map((line): [string, number] => {
      const blank = line.indexOf(' ');
      const name: unknown = JSON.parse(line.slice(blank + 1));
      const seq = Number(line.slice(0, blank));
      if (typeof name !== 'string' || !Number.isSafeInteger(seq)) {
        throw new SyntaxError(`no stream and number: ${line}`);
      }
      return [name, seq];
    });
    return new StreamNumbers(limit, numbers);
  }
}
