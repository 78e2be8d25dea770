import type { QueuedResult } from './queued-result.ts';

/** The numbered sequence of results that a receiver gets, by which it can tell repeats. */
export interface DeliveryStream {
  /** Names the stream for ever, at any receiver. */
  readonly name: string;
  /** The highest number that was ever given to a result; 0 before the first. */
  readonly highestSeq: number;
  /** The result with this number, if it is still in the outbox. */
  find(seq: number): QueuedResult | undefined;
  /** Gives the stream a new name, under which the receiver knows nothing yet. */
  renew(): void;
}
