/** Something that hinders work until it is over, and is told once at each of both ends. */
export class Trouble {
  #reason: string | undefined;

  /** Why work is hindered now; undefined when it is not. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Notes the trouble; true when it is new or another than before, and so worth telling. */
  begins(reason: string): boolean {
    const isNew = this.#reason !== reason;
    this.#reason = reason;
    return isNew;
  }

  /** Notes that all is well; true when it was not before. */
  ends(): boolean {
    const wasThere = this.#reason !== undefined;
    this.#reason = undefined;
    return wasThere;
  }
}
