import type { Clock } from '../../platform/clock.ts';
import type { PipelineStats } from './pipeline-stats.ts';

/** How long the pipeline may take to tell how it is, in milliseconds: a turn of it is much shorter. */
const answerMs = 2_000;

/** What the pipeline has told about itself. */
export interface KnownStats {
  /** What it told last; undefined when it never has. */
  readonly stats: PipelineStats | undefined;
  /** False when it did not answer in time now: `stats` are older ones. */
  readonly answers: boolean;
}

/** Asks the pipeline's thread how it is, without ever waiting long for it. */
export class StatsRequests {
  readonly #clock: Clock;
  #stats: PipelineStats | undefined;
  #asked: PromiseWithResolvers<KnownStats> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param send asks the thread, which answers by `answered()` */
  ask(send: () => void): Promise<KnownStats> {
    if (this.#asked !== undefined) return this.#asked.promise;
    const asked = Promise.withResolvers<KnownStats>();
    this.#asked = asked;
    const cancel = this.#clock.setTimer(answerMs, () => this.#settle(false));
    send();
    return asked.promise.finally(cancel);
  }

  answered(stats: PipelineStats): void {
    this.#stats = stats;
    this.#settle(true);
  }

  #settle(answers: boolean): void {
    this.#asked?.resolve({ stats: this.#stats, answers });
    this.#asked = undefined;
  }
}
