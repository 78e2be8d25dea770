import type { Clock } from '../../platform/clock.ts';
import { messageOf, NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { pauseAfterFailures } from '../../senders/back-off.ts';
import { BatchProgress } from '../../senders/batch-progress.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import type { DeliveryProgress, NamedSender, Sender } from '../../senders/sender.ts';

export interface FailoverParts {
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to below 1; spreads the pauses. */
  readonly random: () => number;
  /** A receiver that has failed can be reached again. */
  readonly onBack: () => void;
}

/** A receiver, and how it does. */
interface Candidate extends NamedSender {
  /** False from a failure until a probe succeeds. */
  isUp: boolean;
  /** Failures since it last took results. */
  failures: number;
  cancelProbe: () => void;
  /** Settles when no probe is on. */
  probing: Promise<void>;
}

/**
 * Sends each result to the first of several receivers that works. One that fails is looked
 * after in the background, with growing pauses, and has its place again when it
 * can be reached; so one that hangs does not hold up the others.
 *
 * What a receiver has acknowledged is not sent to the next. What it may have got without having
 * acknowledged it is sent again: that is all that protocols can tell.
 */
export class FailoverSender implements Sender {
  readonly target: string;
  readonly #candidates: readonly Candidate[];
  readonly #parts: FailoverParts;
  #active: Candidate | undefined;

  /** @param senders in the order of preference; at least one */
  constructor(senders: readonly NamedSender[], parts: FailoverParts) {
    this.#candidates = senders.map((sender) => ({
      ...sender,
      isUp: true,
      failures: 0,
      cancelProbe: () => {},
      probing: Promise.resolve(),
    }));
    this.#parts = parts;
    this.#active = this.#candidates[0];
    this.target = senders.map(({ sender }) => sender.target).join(', ');
  }

  /** The receiver that took results last, or would be the first to. */
  get active(): string {
    return this.#active?.name ?? '';
  }

  async send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const whole = new BatchProgress(results, ({ seq }, reason) => progress.refused(seq, reason));
    const relay: DeliveryProgress = {
      acknowledged(seq) {
        whole.acknowledged(seq);
        progress.acknowledged(seq);
      },
      refused: (seq, reason) => whole.refused(seq, reason),
    };
    const failures: { readonly name: string; readonly error: unknown }[] = [];
    for (const candidate of this.#inOrder()) {
      try {
        candidate.cancelProbe();
        await candidate.probing;
        await candidate.sender.send(whole.rest, relay, signal);
        whole.assertComplete();
        this.#works(candidate, failures);
        return;
      } catch (error) {
        if (signal.aborted) throw error;
        failures.push({ name: candidate.name, error });
        this.#fails(candidate, error);
      }
    }
    throw noneWorks(failures);
  }

  /** Whether any of them would take results now. */
  async probe(signal: AbortSignal): Promise<void> {
    await Promise.any(this.#candidates.map(({ sender }) => sender.probe(signal)));
  }

  close(): void {
    for (const { sender, cancelProbe } of this.#candidates) {
      cancelProbe();
      sender.close();
    }
  }

  /** Those that work first; the others are better than nothing. */
  #inOrder(): readonly Candidate[] {
    const isDown = ({ isUp }: Candidate) => (isUp ? 0 : 1);
    return this.#candidates.toSorted((a, b) => isDown(a) - isDown(b));
  }

  #works(candidate: Candidate, failures: readonly { name: string; error: unknown }[]): void {
    const { log } = this.#parts;
    candidate.isUp = true;
    candidate.failures = 0;
    const before = this.#active;
    if (candidate === before || before === undefined) return;
    this.#active = candidate;
    const fields = { receiver: candidate.name, before: before.name };
    if (this.#candidates.indexOf(candidate) < this.#candidates.indexOf(before)) {
      const message = `results go to receiver ${candidate.name} again, no longer to ${before.name}`;
      log.info('RECEIVER_SWITCHED', message, fields);
      return;
    }
    const failure = failures.find(({ name }) => name === before.name);
    const reason = failure === undefined ? 'it has failed before' : messageOf(failure.error);
    const message = `results go to receiver ${candidate.name} now, no longer to ${before.name}: ${reason}`;
    log.warn('RECEIVER_SWITCHED', message, fields);
  }

  #fails(candidate: Candidate, error: unknown): void {
    const { log } = this.#parts;
    candidate.isUp = false;
    candidate.failures++;
    const { name, sender, failures } = candidate;
    const code = error instanceof NagtailError ? error.code : 'PEER_UNREACHABLE';
    const message = `receiver ${name} (${sender.target}) takes no results: ${messageOf(error)}`;
    const tell = failures === 1 ? log.warn : log.debug;
    tell(code, message, { receiver: name, attempts: failures });
    this.#probeLater(candidate);
  }

  #probeLater(candidate: Candidate): void {
    const { clock, random } = this.#parts;
    const stop = new AbortController();
    const cancelTimer = clock.setTimer(pauseAfterFailures(candidate.failures, random()), () => {
      candidate.probing = this.#probe(candidate, stop.signal);
    });
    candidate.cancelProbe = () => {
      cancelTimer();
      stop.abort();
    };
  }

  async #probe(candidate: Candidate, signal: AbortSignal): Promise<void> {
    try {
      await candidate.sender.probe(signal);
      if (signal.aborted) return;
      candidate.isUp = true;
      this.#parts.onBack();
    } catch {
      // Its trouble was told when it began, and is told again when a delivery meets it.
      if (signal.aborted) return;
      candidate.failures++;
      this.#probeLater(candidate);
    }
  }
}

function noneWorks(
  failures: readonly { readonly name: string; readonly error: unknown }[],
): NagtailError {
  const each = failures.map(({ name, error }) => `${name}: ${messageOf(error)}`);
  const [first] = failures;
  const code = first?.error instanceof NagtailError ? first.error.code : 'PEER_UNREACHABLE';
  return new NagtailError(code, each.join('; '), { cause: first?.error });
}
