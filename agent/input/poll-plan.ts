import type { LineSource } from './line-source.ts';

/** Between two looks at a source whose changes nobody tells about. */
export const unwatchedPollMs = 250;

/**
 * Between two looks at a watched source of which nothing was told, at least;
 * with many sources more, so that a look at all of them takes no more than
 * `looksPerSecond`.
 */
export const watchedPollMs = 1_000;
const looksPerSecond = 50;

/**
 * Which sources are looked at in a poll. A source that was told to have
 * changed, had something new at the last look, or waits for a time of its own
 * is looked at in each; the others in turn now and then, in case a hint was
 * missed.
 */
export class PollPlan {
  readonly #eager = new Set<LineSource>();
  readonly #watched = new Round((count) =>
    Math.max(watchedPollMs, (count / looksPerSecond) * 1_000),
  );
  readonly #unwatched = new Round(() => unwatchedPollMs);

  /** The sources from now on. Those that are new are looked at in the next poll. */
  use(watched: readonly LineSource[], unwatched: readonly LineSource[]): void {
    const before = new Set([...this.#watched.sources, ...this.#unwatched.sources]);
    const now = new Set([...watched, ...unwatched]);
    for (const source of now) if (!before.has(source)) this.#eager.add(source);
    for (const source of this.#eager) if (!now.has(source)) this.#eager.delete(source);
    this.#watched.sources = watched;
    this.#unwatched.sources = unwatched;
  }

  /** A source may have something new. */
  hint(source: LineSource): void {
    this.#eager.add(source);
  }

  /** How long there may be no poll while no hint comes, in milliseconds; 0: it should come soon. */
  get restMs(): number {
    if (this.#eager.size > 0) return 0;
    return this.#unwatched.sources.length > 0 ? unwatchedPollMs : watchedPollMs;
  }

  /** Polls those that are to be looked at now, and gives them; whether anything new was found. */
  poll(nowMs: number): { readonly polled: Set<LineSource>; readonly found: boolean } {
    const polled = new Set(this.#eager);
    this.#watched.addDue(nowMs, polled);
    this.#unwatched.addDue(nowMs, polled);
    let found = false;
    for (const source of polled) {
      const foundHere = source.poll();
      found ||= foundHere;
      if (foundHere || source.isRestless) this.#eager.add(source);
      else this.#eager.delete(source);
    }
    return { polled, found };
  }
}

/** Sources that take turns, each once in a round. */
class Round {
  sources: readonly LineSource[] = [];
  readonly #roundMs: (count: number) => number;
  #next = 0;
  #fromMs: number | undefined;

  constructor(roundMs: (count: number) => number) {
    this.#roundMs = roundMs;
  }

  /** Adds those whose turn has come since the last call. */
  addDue(nowMs: number, due: Set<LineSource>): void {
    const count = this.sources.length;
    this.#fromMs ??= nowMs;
    const perSource = this.#roundMs(count) / Math.max(1, count);
    const turns = Math.floor((nowMs - this.#fromMs) / perSource);
    this.#fromMs += turns * perSource;
    for (let turn = 0; turn < Math.min(turns, count); turn++) {
      const source = this.sources[this.#next++ % count];
      if (source !== undefined) due.add(source);
    }
    this.#next %= Math.max(1, count);
  }
}
