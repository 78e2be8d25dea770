import type { Clock } from '../../platform/clock.ts';
import { messageOf, NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { textOf } from '../../protocol/byte-string.ts';
import { pauseAfterFailures } from '../../senders/back-off.ts';
import { BatchProgress } from '../../senders/batch-progress.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import type { DeliveryProgress, Sender } from '../../senders/sender.ts';
import type { Counters } from '../counters.ts';
import type { JournalEntry } from '../journal/result-journal.ts';
import { LogLimit } from '../listen/log-limit.ts';
import type { Handed, HandOver, Outlet } from './outlet.ts';

/** Messages about results that the other receiver refuses: a wrong identity refuses all of them. */
const refusalLog = { lines: 20, intervalMs: 60_000 };

/**
 * Another receiver, by whatever protocol it speaks. A result has left when that has taken it, as far
 * as the protocol tells, or has refused it for good.
 */
export class ForwardOutlet implements Outlet {
  readonly batchResults: number;
  readonly #sender: Sender;
  readonly #log: Log;
  readonly #counters: Counters;
  readonly #random: () => number;
  readonly #refusals: LogLimit;
  readonly #stop = new AbortController();
  #failures = 0;

  /**
   * @param batchResults in one delivery
   * @param parts `random` gives numbers from 0 to below 1, by which pauses are spread
   */
  constructor(
    sender: Sender,
    batchResults: number,
    parts: {
      readonly log: Log;
      readonly clock: Clock;
      readonly counters: Counters;
      readonly random: () => number;
    },
  ) {
    this.#sender = sender;
    this.batchResults = batchResults;
    this.#log = parts.log;
    this.#counters = parts.counters;
    this.#random = parts.random;
    this.#refusals = new LogLimit(parts.clock, refusalLog);
  }

  /** That it cannot be reached shows when there is something to send. */
  look(): undefined {
    return undefined;
  }

  async handOver(entries: readonly JournalEntry[], handed: Handed): Promise<HandOver> {
    const batch = entries.map(({ sequence, result }) => ({ seq: sequence, result }));
    const progress = new BatchProgress(batch, (queued, reason) => this.#sayRefused(queued, reason));
    let settled = 0;
    const relay: DeliveryProgress = {
      acknowledged: (seq) => {
        progress.acknowledged(seq);
        settled = this.#handOn(batch, settled, progress.position, handed);
      },
      refused: (seq, reason) => {
        progress.refused(seq, reason);
        settled = this.#handOn(batch, settled, progress.position, handed);
      },
    };
    try {
      await this.#sender.send(batch, relay, this.#stop.signal);
      progress.assertComplete();
      this.#failures = 0;
      return { kind: 'done' };
    } catch (error) {
      this.#failures = settled > 0 ? 1 : this.#failures + 1;
      const reason = error instanceof NagtailError ? error.code : 'PEER_UNREACHABLE';
      const message = `cannot forward to ${this.#sender.target}: ${messageOf(error)}`;
      const retryMs = pauseAfterFailures(this.#failures, this.#random());
      return { kind: 'trouble', reason, message, retryMs };
    }
  }

  rest(): void {}

  close(): void {
    this.#stop.abort();
    this.#sender.close();
  }

  /** Tells how far it has come since; gives how many results of the batch are settled now. */
  #handOn(
    batch: readonly QueuedResult[],
    settled: number,
    position: number,
    handed: Handed,
  ): number {
    let through = settled;
    while ((batch[through]?.seq ?? Number.POSITIVE_INFINITY) <= position) through++;
    if (through > settled) handed(position, through - settled);
    return through;
  }

  #sayRefused({ result: { host, service } }: QueuedResult, reason: string): void {
    this.#counters.add('results_not_taken');
    const { target } = this.#sender;
    this.#refusals.tell((kept) => {
      const more = kept > 0 ? ` (${kept} more were not logged)` : '';
      this.#log.warn('RESULT_REFUSED', `${target} refused a result for good: ${reason}${more}`, {
        receiver: target,
        host: textOf(host),
        service: textOf(service ?? ''),
      });
    });
  }
}
