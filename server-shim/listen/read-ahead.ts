/** Results of one connection that may be on their way into the journal while it is read on. */
const perConnectionMax = 512;

/** The same for all connections of a listener; beyond it each waits for what it has read. */
const inAllMax = 20_000;

/** What all connections of a listener have on its way together. */
export class ReadAhead {
  results = 0;
}

/** Who reads ahead. */
export interface AheadReader {
  /** Nothing is on its way any more. */
  onNoneAhead(): void;
  /** Something did not get where it was to go. */
  onTakeFailed(error: unknown): void;
}

/**
 * Lets a connection be read on while its last results are made safe, so that it does not
 * stand still for every sync of the disk; within limits, so that a journal that is full
 * holds its sender back.
 */
export class TakesAhead {
  readonly #all: ReadAhead;
  readonly #reader: AheadReader;
  #results = 0;
  #wake: (() => void) | undefined;

  constructor(all: ReadAhead, reader: AheadReader) {
    this.#all = all;
    this.#reader = reader;
  }

  /** Results that are on their way. */
  get results(): number {
    return this.#results;
  }

  /** Adds what takes so many results; gives a promise when there are too many for the next, until there are not. */
  add(taking: Promise<unknown>, results: number): Promise<void> | undefined {
    this.#results += results;
    this.#all.results += results;
    taking.then(
      () => this.#done(results),
      (error: unknown) => {
        this.#reader.onTakeFailed(error);
        this.#done(results);
      },
    );
    return this.#isFull ? this.#until(() => !this.#isFull) : undefined;
  }

  /** Waits until none is on its way. */
  drain(): Promise<void> {
    return this.#until(() => this.#results === 0);
  }

  get #isFull(): boolean {
    return this.#results > perConnectionMax || this.#all.results > inAllMax;
  }

  /** What others have on their way ends by itself: it is looked again when something of our own does. */
  async #until(holds: () => boolean): Promise<void> {
    while (this.#results > 0 && !holds()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #done(results: number): void {
    this.#results -= results;
    this.#all.results -= results;
    this.#wake?.();
    this.#wake = undefined;
    if (this.#results === 0) this.#reader.onNoneAhead();
  }
}
