import { type Clock, unixSeconds } from '../../platform/clock.ts';
import { messageOf, NagtailError } from '../../platform/errors.ts';
import {
  Histogram,
  type HistogramCounts,
  longSeconds,
  shortSeconds,
} from '../../platform/metrics/histogram.ts';
import { BatchProgress } from '../../senders/batch-progress.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import type { DeliveryProgress, Sender } from '../../senders/sender.ts';

/** What happened at one receiver since the agent has started. */
export interface ReceiverCounters {
  /** Results that it has taken. */
  readonly sent: number;
  /** Results that it will never take. */
  readonly refused: number;
  /** Deliveries that were tried, each of one or more results. */
  readonly attempts: number;
  /** Those that failed. */
  readonly failures: number;
  /** The time that each of them took, in seconds. */
  readonly durations: HistogramCounts;
  /** From the second in which a result was made to the answer of the receiver that has taken it. */
  readonly delays: HistogramCounts;
  /** Unix time in seconds when it last took results; undefined when it never did. */
  readonly lastSentTime: number | undefined;
  /** Why the last attempt failed; undefined when it did not. */
  readonly trouble: { readonly code: string; readonly message: string } | undefined;
}

/** Counts what another sender does. */
export class MeteredSender implements Sender {
  #sender: Sender;
  #isSending = false;
  readonly #clock: Clock;
  readonly #durations = new Histogram(shortSeconds);
  readonly #delays = new Histogram(longSeconds);
  #counters: Omit<ReceiverCounters, 'durations' | 'delays'> = {
    sent: 0,
    refused: 0,
    attempts: 0,
    failures: 0,
    lastSentTime: undefined,
    trouble: undefined,
  };

  constructor(sender: Sender, clock: Clock) {
    this.#sender = sender;
    this.#clock = clock;
  }

  get target(): string {
    return this.#sender.target;
  }

  /** Sends by another from now on; a delivery that is under way ends with the one that it began with. */
  replace(sender: Sender): void {
    if (!this.#isSending) this.#sender.close();
    this.#sender = sender;
  }

  get counters(): ReceiverCounters {
    return {
      ...this.#counters,
      durations: this.#durations.counts,
      delays: this.#delays.counts,
    };
  }

  async send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    let refused = 0;
    const own = new BatchProgress(results, ({ seq }, reason) => {
      refused++;
      progress.refused(seq, reason);
    });
    const relay: DeliveryProgress = {
      acknowledged(seq) {
        own.acknowledged(seq);
        progress.acknowledged(seq);
      },
      refused: (seq, reason) => own.refused(seq, reason),
    };
    let trouble: ReceiverCounters['trouble'];
    const beganMs = this.#clock.monotonicMs();
    const sender = this.#sender;
    this.#isSending = true;
    try {
      await sender.send(results, relay, signal);
      own.assertComplete();
    } catch (error) {
      const code = error instanceof NagtailError ? error.code : 'PEER_UNREACHABLE';
      trouble = { code, message: messageOf(error) };
      throw error;
    } finally {
      this.#isSending = false;
      if (sender !== this.#sender) sender.close();
      this.#durations.observe((this.#clock.monotonicMs() - beganMs) / 1_000);
      this.#noteDelays(own.accepted);
      this.#count({ sent: own.sent, refused, trouble });
    }
  }

  probe(signal: AbortSignal): Promise<void> {
    return this.#sender.probe(signal);
  }

  close(): void {
    this.#sender.close();
  }

  /** Results carry whole seconds: what is made and taken within one has waited for 0. */
  #noteDelays(accepted: readonly QueuedResult[]): void {
    const now = unixSeconds(this.#clock);
    for (const { result } of accepted) this.#delays.observe(Math.max(0, now - result.time));
  }

  #count({ sent, refused, trouble }: Pick<ReceiverCounters, 'sent' | 'refused' | 'trouble'>): void {
    const before = this.#counters;
    this.#counters = {
      sent: before.sent + sent,
      refused: before.refused + refused,
      attempts: before.attempts + 1,
      failures: before.failures + (trouble === undefined ? 0 : 1),
      lastSentTime: sent > 0 ? unixSeconds(this.#clock) : before.lastSentTime,
      trouble,
    };
  }
}
