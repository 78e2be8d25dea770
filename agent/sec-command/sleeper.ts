import { systemClock } from '../../platform/clock.ts';

/** Sleeps, and can be woken. */
export class Sleeper {
  #wake: (() => void) | undefined;
  #woken = false;

  /** Settles after so many milliseconds, or when somebody wakes it; at once if that was before. */
  async sleep(milliseconds: number): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        const cancel = systemClock.setTimer(milliseconds, resolve);
        this.#wake = () => {
          cancel();
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
