/** Counts what each address has at the moment. */
export class PerAddress {
  readonly #counts = new Map<string, number>();
  /** What one address may have at once. */
  max: number;

  constructor(max: number) {
    this.max = max;
  }

  /** One more for an address; false, and none more, when it has as many as it may. */
  take(address: string): boolean {
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.max) return false;
    this.#counts.set(address, count + 1);
    return true;
  }

  /** One less. */
  release(address: string): void {
    const count = this.#counts.get(address) ?? 0;
    if (count > 1) this.#counts.set(address, count - 1);
    else this.#counts.delete(address);
  }
}
