import { type SecSignal, secSignals } from '../sec-program/sec-program.ts';

/** Takes SEC's signals from the moment it is made, and keeps them until somebody wants them. */
export class SignalInbox {
  #early: SecSignal[] = [];
  #take: ((name: SecSignal) => void) | undefined;

  /** @param except signals that are left to the system's own handling */
  constructor(except: readonly SecSignal[]) {
    for (const name of secSignals) {
      if (except.includes(name)) continue;
      process.on(`SIG${name}`, () => {
        if (this.#take === undefined) this.#early.push(name);
        else this.#take(name);
      });
    }
  }

  /** Hands on each signal from now on, and those that came before. */
  deliver(take: (name: SecSignal) => void): void {
    this.#take = take;
    for (const name of this.#early) take(name);
    this.#early = [];
  }
}
