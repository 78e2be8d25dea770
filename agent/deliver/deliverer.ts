import type { Clock } from '../../platform/clock.ts';
import { messageOf, NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { OutboxReader } from '../outbox/outbox-reader.ts';
import { pauseAfterFailures } from './back-off.ts';
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
    return this.#options.outbox.waiting(this.#options.receiver);
  }

  async #deliverOnce(): Promise<'sent' | 'failed' | 'nothing to send'> {
    const { receiver, sender, outbox, log } = this.#options;
    this.#woken = false;
    const batch = outbox.pending(receiver, resultsPerDelivery);
    const last = batch.at(-1);
    if (last === undefined) return 'nothing to send';
    try {
      await sender.send(
        batch.map(({ result }) => result),
        this.#stopped.signal,
      );
    } catch (error) {
      this.#reportFailure(error);
      return 'failed';
    }
    outbox.delivered(receiver, last.seq);
    if (this.#failures > 0) {
      log.info('RECEIVER_BACK', `receiver ${receiver} takes results again`, {
        receiver,
        attempts: this.#failures,
      });
    }
    this.#failures = 0;
    log.debug('RESULTS_SENT', `sent ${batch.length} results to ${sender.target}`, {
      receiver,
      results: batch.length,
    });
    return 'sent';
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
