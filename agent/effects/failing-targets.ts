/** So many are known: names may come from a log. Of one more the one that failed first is forgotten, and told again. */
const targetsMax = 1000;

/** What rules cannot write to at the moment, so that each is told once. */
export class FailingTargets {
  readonly #names = new Set<string>();

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** True when it did not fail before: then it is to be told. */
  fails(name: string): boolean {
    if (this.#names.has(name)) return false;
    this.#names.add(name);
    if (this.#names.size > targetsMax) {
      const [first] = this.#names;
      if (first !== undefined) this.#names.delete(first);
    }
    return true;
  }

  /** True when it failed before. */
  works(name: string): boolean {
    return this.#names.delete(name);
  }
}
