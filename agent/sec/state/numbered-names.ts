/** Numbers for names under which things with names are saved. */
export class NumberedNames {
  readonly #numbers = new Map<string, number>();
  #last = 0;

  /** The number of a name; a new one for a new name. */
  of(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, ++this.#last);
    return this.#last;
  }

  /** A name that was saved under a number. */
  add(name: string, number: number): void {
    this.#numbers.set(name, number);
    this.#last = Math.max(this.#last, number);
  }
}
