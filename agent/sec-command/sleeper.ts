/** Sleeps, and can be woken. */
export class Sleeper {
  #wake: (() => void) | undefined;
  #woken = false;

  /** Settles after so many milliseconds, or when somebody wakes it; at once if that was before. */
  async sleep(milliseconds: number): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#woken = false;
  }

  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }
}
