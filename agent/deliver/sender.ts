import type { CheckResult } from '../../protocol/check-result.ts';

/** Brings results to one receiver, over whatever protocol it speaks. */
export interface Sender {
  /** Where it sends to, for messages: `nsca://host:port`. */
  readonly target: string;
  /**
   * Sends results in their order; settles when the receiver has answered as far as
   * its protocol can answer.
   * @throws NagtailError PEER_… when any of them may not have arrived: all are to be sent again
   */
  send(results: readonly CheckResult[], signal: AbortSignal): Promise<void>;
}
