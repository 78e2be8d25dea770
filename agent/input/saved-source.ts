/**
 * What a source needs to go on after a restart. A source may have several of
 * these: each is kept under its name until another one with that name, or an
 * empty one, takes its place.
 */
export interface SavedSource {
  /** Unique among those of one set of inputs, and the same after a restart. */
  readonly name: string;
  /** Versioned JSON made and read by the source alone; empty: there is nothing to keep any more. */
  readonly state: string;
}

/** A source with something to save. */
export interface SavingSource {
  /** What has changed since the last call. */
  takeChanges(): readonly SavedSource[];
}

const nothing: readonly SavedSource[] = [];

/**
 * The saved states that are not durable yet. With no change a look costs
 * nothing, however many sources there are: a source adds itself at its first
 * change.
 */
export class UnsavedChanges {
  readonly #changed = new Set<SavingSource>();
  readonly #unsaved = new Map<string, string>();
  #isClosed = false;

  /** The source has something new to save. */
  add(source: SavingSource): void {
    if (!this.#isClosed) this.#changed.add(source);
  }

  /** The source will be asked no more. What it has to say for the last time is kept. */
  remove(source: SavingSource): void {
    this.#collect(source);
    this.#changed.delete(source);
  }

  /** A state that does not come from a source; empty: nothing is to be kept under the name. */
  put(name: string, state: string): void {
    this.#unsaved.set(name, state);
  }

  /** All that changed since what was collected before became durable. */
  collect(): readonly SavedSource[] {
    for (const source of this.#changed) this.#collect(source);
    this.#changed.clear();
    if (this.#unsaved.size === 0) return nothing;
    return [...this.#unsaved].map(([name, state]) => ({ name, state }));
  }

  /** What was collected last is durable. */
  saved(): void {
    this.#unsaved.clear();
  }

  /** The sources are about to be closed, which is no change to save. */
  close(): void {
    this.collect();
    this.#isClosed = true;
  }

  #collect(source: SavingSource): void {
    for (const { name, state } of source.takeChanges()) this.#unsaved.set(name, state);
  }
}
