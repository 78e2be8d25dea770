import type { QueuedResult } from './queued-result.ts';

/**
 * What a sender reports while it works. What was reported counts even when the
 * sender fails afterwards: it is not sent again.
 */
export interface DeliveryProgress {
  /** All results up to and including this number are at the receiver, but for those that it refused. */
  acknowledged(seq: number): void;
  /**
   * The receiver has looked at this one result and will never take it: it is not
   * sent again. Says nothing about the results before it.
   */
  refused(seq: number, reason: string): void;
  /** The protocol has no room for all of this result: these parts of it are sent cut. */
  cut?(seq: number, parts: readonly string[]): void;
}

/** Brings results to one receiver, over whatever protocol it speaks. */
export interface Sender {
  /** Where it sends to, for messages: `nsca://host:port`. */
  readonly target: string;
  /**
   * Sends results in their order, and reports what became of them, at latest before
   * it settles: resolves when each one was acknowledged or refused, as far as its
   * protocol can tell. Never called again before it has settled. May keep its
   * connection open for the next call.
   *
   * @param signal ends the attempt at once: it fails
   * @throws NagtailError PEER_… when some may not have arrived: those that were not
   *   reported are to be sent again
   */
  send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Looks whether the receiver would take results now, as far as that can be told
   * without sending one: opens a connection as `send` would.
   * @throws NagtailError PEER_… when it would not
   */
  probe(signal: AbortSignal): Promise<void>;
  /** Gives back a connection that was kept open. Sending again opens a new one. */
  close(): void;
}

/** A sender and the receiver that it sends to. */
export interface NamedSender {
  /** NAME of `[receiver.NAME]`. */
  readonly name: string;
  readonly sender: Sender;
}
