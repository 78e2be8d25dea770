/**
 * SIGHUP, which asks a program to read its configuration again. To be made before that is read the first
 * time: without a handler the signal would end the program, and one that comes early must not be missed.
 */
export class ReloadSignal {
  #reload: (() => Promise<void>) | undefined;
  #isRunning = false;
  #isWanted = false;

  constructor() {
    process.on('SIGHUP', this.#take);
  }

  /**
   * Calls `reload` at each signal, never again before it has settled; signals that come meanwhile count
   * as one. It never rejects.
   */
  serve(reload: () => Promise<void>): void {
    this.#reload = reload;
    void this.#run();
  }

  readonly #take = (): void => {
    this.#isWanted = true;
    void this.#run();
  };

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#isWanted && this.#reload !== undefined) {
      this.#isWanted = false;
      await this.#reload();
    }
    this.#isRunning = false;
  }
}
