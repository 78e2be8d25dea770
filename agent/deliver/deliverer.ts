import { type Clock, unixSeconds } from '../../platform/clock.ts';
import { messageOf, NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { isDamage } from '../../platform/sound-store.ts';
import { textOf } from '../../protocol/byte-string.ts';
import { pauseAfterFailures } from '../../senders/back-off.ts';
import { BatchProgress } from '../../senders/batch-progress.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import type { Sender } from '../../senders/sender.ts';
import type { OutboxReader } from '../outbox/outbox-reader.ts';

/** How many results travel in one delivery at most. */
const resultsPerDelivery = 100;

export interface DelivererOptions {
  /** The name of its position in the outbox. */
  readonly position: string;
  /** The receivers that the sender serves, for messages. */
  readonly receivers: readonly string[];
  readonly sender: Sender;
  readonly outbox: OutboxReader;
  /** Results that are older are dropped; 0: none. */
  readonly ageMaxSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to below 1; spreads the pauses. */
  readonly random: () => number;
  /** Called after each attempt: the outbox may have changed. */
  readonly onAttempt?: () => void;
  /** Called when the outbox turns out to be damaged: nothing is sent from it any more. */
  readonly onStoreDamaged?: (() => void) | undefined;
}

type Outcome = 'sent' | 'failed' | 'nothing to send';

/** Brings the results of the outbox to one receiver, in order, until it has them. */
export class Deliverer {
  readonly #options: DelivererOptions;
  /** The receivers' names, and how messages call them. */
  readonly #receiver: string;
  readonly #title: string;
  readonly #stopped = new AbortController();
  #wake: () => void = () => {};
  #woken = false;
  #retrying = false;
  #stopping = false;
  /** Attempts in a row that brought nothing forward. */
  #failures = 0;
  /** Attempts since the trouble began that was told; undefined when there is none. */
  #troubled: number | undefined;
  #storeFails = false;

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#receiver = options.receivers.join(', ');
    this.#title = `receiver${options.receivers.length === 1 ? '' : 's'} ${this.#receiver}`;
  }

  /** Tells that the outbox has new results. */
  notify(): void {
    this.#woken = true;
    if (this.#failures === 0) this.#wake();
  }

  /** Ends the pause after a failure: there is reason to hope. */
  retryNow(): void {
    this.#retrying = true;
    this.#wake();
  }

  /** Delivers until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const outcome = await this.#deliverOnce();
      this.#options.onAttempt?.();
      if (outcome === 'sent') continue;
      if (this.#stopping && outcome === 'nothing to send') return;
      await this.#pause(outcome);
    }
  }

  /** Delivers what still waits, but ends at the deadline. Then the sender is closed. */
  async stop(deadlineMs: number, running: Promise<void>): Promise<void> {
    this.#stopping = true;
    this.#wake();
    const cancel = this.#options.clock.setTimer(deadlineMs, () => {
      this.#stopped.abort();
      this.#wake();
    });
    await running;
    cancel();
    this.#options.sender.close();
  }

  async #deliverOnce(): Promise<Outcome> {
    this.#woken = false;
    this.#retrying = false;
    const batch = this.#nextBatch();
    if (batch === 'store fails') return 'failed';
    if (batch.length === 0) return 'nothing to send';
    const progress = new BatchProgress(batch, (queued, reason) =>
      this.#reportRefused(queued, reason),
    );
    let failure: unknown;
    try {
      await this.#options.sender.send(batch, progress, this.#stopped.signal);
      progress.assertComplete();
    } catch (error) {
      failure = error;
    }
    if (progress.position > 0) this.#advance(progress);
    if (failure !== undefined) {
      this.#reportFailure(failure);
      return 'failed';
    }
    this.#reportWorks();
    return 'sent';
  }

  #nextBatch(): readonly QueuedResult[] | 'store fails' {
    const { outbox, position, ageMaxSeconds, clock } = this.#options;
    try {
      if (ageMaxSeconds > 0) outbox.dropOlderThan(unixSeconds(clock) - ageMaxSeconds);
      return outbox.pending(position, resultsPerDelivery);
    } catch (error) {
      this.#failures++;
      this.#reportStore(error);
      return 'store fails';
    }
  }

  #advance(progress: BatchProgress): void {
    const { outbox, position, sender, log } = this.#options;
    this.#failures = 0;
    const message = `sent ${progress.sent} results to ${sender.target}`;
    log.debug('RESULTS_SENT', message, { receiver: this.#receiver, results: progress.sent });
    try {
      outbox.delivered(position, progress.position);
      this.#reportStore();
    } catch (error) {
      // The outbox knows the position; only the store does not, and will with the next.
      this.#reportStore(error);
    }
  }

  #reportStore(error?: unknown): void {
    const { log } = this.#options;
    const failed = error !== undefined;
    if (isDamage(error)) this.#options.onStoreDamaged?.();
    if (failed === this.#storeFails) return;
    this.#storeFails = failed;
    if (!failed) {
      log.info('STORE_WORKS', `the outbox for ${this.#title} works again`);
      return;
    }
    const message = `cannot use the outbox for ${this.#title}: ${messageOf(error)}; what was sent meanwhile may be sent again after a restart`;
    log.error('STORE_FAILED', message);
  }

  #reportWorks(): void {
    const { log } = this.#options;
    if (this.#troubled === undefined) return;
    const fields = { receiver: this.#receiver, attempts: this.#troubled };
    this.#troubled = undefined;
    log.info('RECEIVER_BACK', `${this.#title} takes results again`, fields);
  }

  #reportRefused({ seq, result }: QueuedResult, reason: string): void {
    const { log } = this.#options;
    const message = `${this.#title} refused a result, which is not sent again: ${reason}`;
    log.warn('RESULT_REFUSED', message, {
      receiver: this.#receiver,
      seq,
      host: textOf(result.host),
      service: textOf(result.service ?? ''),
    });
  }

  /** Says a failure when it begins; repeats of the same trouble are for debugging only. */
  #reportFailure(error: unknown): void {
    const { sender, log } = this.#options;
    this.#failures++;
    this.#troubled = (this.#troubled ?? 0) + 1;
    const code = error instanceof NagtailError ? error.code : 'PEER_UNREACHABLE';
    const message = `cannot deliver to ${this.#title} (${sender.target}): ${messageOf(error)}`;
    const tell = this.#troubled === 1 ? log.warn : log.debug;
    const fields = { receiver: this.#receiver, attempts: this.#troubled };
    tell(code, `${message}; results wait in the outbox`, fields);
  }

  async #pause(outcome: Outcome): Promise<void> {
    if (this.#retrying || (this.#woken && outcome === 'nothing to send')) return;
    const { clock, random } = this.#options;
    let cancelTimer = () => {};
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (outcome === 'nothing to send') return;
      // At the end there is no time for long pauses.
      const failures = this.#stopping ? 1 : Math.max(1, this.#failures);
      cancelTimer = clock.setTimer(pauseAfterFailures(failures, random()), resolve);
    });
    cancelTimer();
    this.#wake = () => {};
  }
}
