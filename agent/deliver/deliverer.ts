import type { Clock } from '../../platform/clock.ts';
import { messageOf, NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { textOf } from '../../protocol/byte-string.ts';
import type { OutboxReader } from '../outbox/outbox-reader.ts';
import type { QueuedResult } from '../outbox/queued-result.ts';
import { pauseAfterFailures } from './back-off.ts';
import { BatchProgress } from './batch-progress.ts';
import type { Sender } from './sender.ts';

/** How many results travel over one connection at most. */
export const resultsPerDelivery = 100;

export interface DelivererOptions {
  readonly receiver: string;
  readonly sender: Sender;
  readonly outbox: OutboxReader;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to below 1; spreads the pauses. */
  readonly random: () => number;
}

/** Brings the results of the outbox to one receiver, in order, until it has them. */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #stopped = new AbortController();
  #wake: () => void = () => {};
  #woken = false;
  #stopping = false;
  #failures = 0;

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /** Tells that the outbox has new results. */
  notify(): void {
    this.#woken = true;
    if (this.#failures === 0) this.#wake();
  }

  /** Delivers until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const outcome = await this.#deliverOnce();
      if (outcome === 'sent') continue;
      if (this.#stopping && outcome === 'nothing to send') return;
      await this.#pause(outcome);
    }
  }

  /**
   * Delivers what still waits, but ends at the deadline.
   * @returns how many results stay in the outbox for the next start
   */
  async stop(deadlineMs: number, running: Promise<void>): Promise<number> {
    this.#stopping = true;
    this.#wake();
    const cancel = this.#options.clock.setTimer(deadlineMs, () => {
      this.#stopped.abort();
      this.#wake();
    });
    await running;
    cancel();
    this.#options.sender.close();
    return this.#options.outbox.waiting(this.#options.receiver);
  }

  async #deliverOnce(): Promise<'sent' | 'failed' | 'nothing to send'> {
    const { receiver, sender, outbox } = this.#options;
    this.#woken = false;
    const batch = outbox.pending(receiver, resultsPerDelivery);
    if (batch.length === 0) return 'nothing to send';
    const progress = new BatchProgress(batch, (queued, reason) =>
      this.#reportRefused(queued, reason),
    );
    let failure: unknown;
    try {
      await sender.send(batch, progress, this.#stopped.signal);
      if (progress.rest.length > 0) throw unanswered(progress.rest.length);
    } catch (error) {
      failure = error;
    }
    if (progress.position > 0) {
      outbox.delivered(receiver, progress.position);
      this.#reportSent(progress.sent);
    }
    if (failure === undefined) return 'sent';
    this.#reportFailure(failure);
    return 'failed';
  }

  #reportSent(results: number): void {
    const { receiver, sender, log } = this.#options;
    if (this.#failures > 0) {
      log.info('RECEIVER_BACK', `receiver ${receiver} takes results again`, {
        receiver,
        attempts: this.#failures,
      });
    }
    this.#failures = 0;
    log.debug('RESULTS_SENT', `sent ${results} results to ${sender.target}`, { receiver, results });
  }

  #reportRefused({ seq, result }: QueuedResult, reason: string): void {
    const { receiver, log } = this.#options;
    const message = `receiver ${receiver} refused a result, which is not sent again: ${reason}`;
    log.warn('RESULT_REFUSED', message, {
      receiver,
      seq,
      host: textOf(result.host),
      service: textOf(result.service ?? ''),
    });
  }

  /** Says a failure when it begins; repeats of the same trouble are for debugging only. */
  #reportFailure(error: unknown): void {
    const { receiver, sender, log } = this.#options;
    this.#failures++;
    const code = error instanceof NagtailError ? error.code : 'PEER_UNREACHABLE';
    const message = `cannot deliver to receiver ${receiver} (${sender.target}): ${messageOf(error)}`;
    const tell = this.#failures === 1 ? log.warn : log.debug;
    tell(code, `${message}; results wait in the outbox`, { receiver, attempts: this.#failures });
  }

  async #pause(outcome: 'failed' | 'nothing to send'): Promise<void> {
    if (outcome === 'nothing to send' && this.#woken) return;
    const { clock, random } = this.#options;
    let cancelTimer = () => {};
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (outcome === 'nothing to send') return;
      cancelTimer = clock.setTimer(pauseAfterFailures(this.#failures, random()), resolve);
    });
    cancelTimer();
    this.#wake = () => {};
  }
}

/** A sender must report on every result or fail; one that does neither would be asked again at once. */
function unanswered(results: number): NagtailError {
  return new NagtailError('PEER_PROTOCOL', `it left ${results} results without an answer`);
}
