/** Results of one connection that may be on their way into the journal while it is read on. */
const perConnectionMax = 512;

/** The same for all connections of a listener; beyond it each waits for what it has read. */
const inAllMax = 20_000;

/** What all connections of a listener have on its way together. */
export class ReadAhead {
  results = 0;
}

/**
 * Lets a connection be read on while its last results are made safe, so that it does not
 * stand still for every sync of the disk; within limits, so that a journal that is full
 * holds its sender back.
 */
export class TakesAhead {
  readonly #all: ReadAhead;
  readonly #onNone: () => void;
  #takes: Promise<void>[] = [];
  #results = 0;
  #failure: unknown;

  /** @param onNone called each time when none is left */
  constructor(all: ReadAhead, onNone: () => void) {
    this.#all = all;
    this.#onNone = onNone;
  }

  /** Results that are on their way. */
  get results(): number {
    return this.#results;
  }

  /**
   * Adds what takes so many results; waits as long as there are too many on their way.
   * Rejects with the failure of any that were added.
   */
  async add(taking: Promise<unknown>, results: number): Promise<void> {
    this.#results += results;
    this.#all.results += results;
    const taken = taking.then(
      () => this.#done(results),
      (error: unknown) => {
        this.#done(results);
        this.#failure ??= error;
      },
    );
    this.#takes.push(taken);
    while (this.#results > perConnectionMax || this.#all.results > inAllMax) {
      const oldest = this.#takes.shift();
      if (oldest === undefined) break;
      await oldest;
    }
    this.#throwFailure();
  }

  /** Waits for all; rejects with the failure of any. */
  async drain(): Promise<void> {
    await Promise.all(this.#takes);
    this.#takes = [];
    this.#throwFailure();
  }

  #done(results: number): void {
    this.#results -= results;
    this.#all.results -= results;
    if (this.#results === 0) this.#onNone();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
