import { NagtailError } from '../platform/errors.ts';
import type { QueuedResult } from './queued-result.ts';
import type { DeliveryProgress } from './sender.ts';

/** How far a batch of results has come at one or, after a switch, several receivers. */
export class BatchProgress implements DeliveryProgress {
  readonly #batch: readonly QueuedResult[];
  readonly #onRefused: (queued: QueuedResult, reason: string) => void;
  readonly #refused = new Set<number>();
  #acknowledged = 0;
  /** How many results at the beginning of the batch are settled. */
  #settled = 0;

  /** @param batch results in the order of their numbers */
  constructor(
    batch: readonly QueuedResult[],
    onRefused: (queued: QueuedResult, reason: string) => void,
  ) {
    this.#batch = batch;
    this.#onRefused = onRefused;
  }

  acknowledged(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq);
    this.#advance();
  }

  refused(seq: number, reason: string): void {
    const queued = this.#batch.find((candidate) => candidate.seq === seq);
    if (queued === undefined || this.#refused.has(seq)) return;
    this.#refused.add(seq);
    this.#onRefused(queued, reason);
    this.#advance();
  }

  /** The number of the last result that needs nothing any more, like all before it; 0 when there is none. */
  get position(): number {
    return this.#batch[this.#settled - 1]?.seq ?? 0;
  }

  /** The results that the receiver has taken. */
  get accepted(): readonly QueuedResult[] {
    const settled = this.#batch.slice(0, this.#settled);
    return settled.filter(({ seq }) => !this.#refused.has(seq));
  }

  /** How many those are. */
  get sent(): number {
    return this.accepted.length;
  }

  /** What is still to be sent. */
  get rest(): readonly QueuedResult[] {
    return this.#batch.slice(this.#settled).filter(({ seq }) => !this.#refused.has(seq));
  }

  /**
   * To be called when a sender says that it is done: it must have reported on every result.
   * One that has not would be asked again at once, without end.
   * @throws NagtailError PEER_PROTOCOL
   */
  assertComplete(): void {
    const { length } = this.rest;
    if (length === 0) return;
    throw new NagtailError('PEER_PROTOCOL', `it left ${length} results without an answer`);
  }

  #advance(): void {
    for (let next = this.#batch[this.#settled]; next !== undefined; ) {
      if (next.seq > this.#acknowledged && !this.#refused.has(next.seq)) return;
      this.#settled++;
      next = this.#batch[this.#settled];
    }
  }
}
