/** What all sessions of a listener may hold in memory on its way into the journal, in bytes. */
const backlogBytesDefault = 64 * 1024 * 1024;

/** What a result takes beside its texts, roughly. */
const resultBytes = 400;

/** Counts what the sessions of a listener hold on its way into the journal, all together. */
export class Backlog {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax = backlogBytesDefault) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a session that holds anything should read no more before that is in the journal. */
  get isFull(): boolean {
    return this.#bytes >= this.#bytesMax;
  }

  add(results: number, textBytes: number): void {
    this.#bytes += results * resultBytes + textBytes;
  }

  remove(results: number, textBytes: number): void {
    this.#bytes -= results * resultBytes + textBytes;
  }
}
