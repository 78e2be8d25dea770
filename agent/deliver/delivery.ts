import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { NamedSender, Sender } from '../../senders/sender.ts';
import type { OutboxLimits } from '../outbox/outbox-limits.ts';
import type { OutboxReader, OutboxTotals, WaitingResults } from '../outbox/outbox-reader.ts';
import { sharedPosition } from '../outbox/receiver-positions.ts';
import { Deliverer } from './deliverer.ts';
import type { DeliveryMode } from './delivery-mode.ts';
import { FailoverSender } from './failover-sender.ts';
import { MeteredSender, type ReceiverCounters } from './metered-sender.ts';
import { OverflowWatch } from './overflow-watch.ts';

export interface DeliveryParts {
  readonly mode: DeliveryMode;
  /** In the order of the configuration; at least one. */
  readonly senders: readonly NamedSender[];
  readonly outbox: OutboxReader;
  readonly limits: OutboxLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to below 1; spreads pauses. */
  readonly random: () => number;
  /** Called when the outbox turns out to be damaged. */
  readonly onStoreDamaged?: () => void;
}

/** How delivery stands, as plain data for whoever shows it. */
export interface DeliveryStatus {
  readonly outbox: OutboxTotals;
  readonly receivers: readonly ReceiverStatus[];
}

export interface ReceiverStatus extends ReceiverCounters {
  readonly name: string;
  readonly target: string;
  /** What waits for it; with `mode = failover` the same for all. */
  readonly waiting: WaitingResults;
  /** False for a receiver that stands by. */
  readonly active: boolean;
}

/** What a stop has left in the outbox, and for whom. */
export interface LeftResults {
  readonly receivers: readonly string[];
  readonly results: number;
}

/** The positions that a delivery needs in the outbox. */
export function positionsOf(mode: DeliveryMode, receivers: readonly string[]): readonly string[] {
  return mode === 'failover' ? [sharedPosition] : receivers;
}

/** A way out of the outbox: a position, who is served from it, and who does it. */
interface Way {
  readonly position: string;
  readonly receivers: readonly string[];
  readonly deliverer: Deliverer;
}

/** Brings what is in the outbox to the receivers. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #senders: readonly (NamedSender & { readonly sender: MeteredSender })[];
  readonly #ways: readonly Way[];
  readonly #failover: FailoverSender | undefined;
  readonly #overflow: OverflowWatch;
  #running: readonly Promise<void>[] = [];

  constructor(parts: DeliveryParts) {
    const { mode, senders, outbox, limits, clock, log, random } = parts;
    this.#parts = parts;
    this.#overflow = new OverflowWatch(limits, outbox.totals(), clock, log);
    this.#senders = senders.map(({ name, sender }) => ({
      name,
      sender: new MeteredSender(sender, clock),
    }));
    if (mode === 'failover') {
      const onBack = () => this.#ways.map(({ deliverer }) => deliverer.retryNow());
      this.#failover = new FailoverSender(this.#senders, { clock, log, random, onBack });
      const names = senders.map(({ name }) => name);
      this.#ways = [this.#way(sharedPosition, names, this.#failover)];
    } else {
      this.#ways = this.#senders.map(({ name, sender }) => this.#way(name, [name], sender));
    }
  }

  start(): void {
    this.#running = this.#ways.map(({ deliverer }) => deliverer.run());
  }

  /** Sends by these from now on, to the receivers of the same names, and tries those at once that failed. */
  renew(senders: readonly NamedSender[]): void {
    for (const { name, sender } of senders) {
      this.#senders.find((known) => known.name === name)?.sender.replace(sender);
    }
    for (const { deliverer } of this.#ways) deliverer.retryNow();
  }

  /** Tells that the outbox has new results. */
  notify(): void {
    for (const { deliverer } of this.#ways) deliverer.notify();
    this.#look();
  }

  /** Delivers what still waits, until the deadline at most. Gives what is left. */
  async stop(deadlineMs: number): Promise<LeftResults[]> {
    const stops = this.#ways.map(({ deliverer }, index) =>
      deliverer.stop(deadlineMs, this.#running[index] ?? Promise.resolve()),
    );
    await Promise.all(stops);
    this.#overflow.end();
    return this.#ways.map(({ position, receivers }) => ({
      receivers,
      results: this.#parts.outbox.waiting(position).results,
    }));
  }

  status(): DeliveryStatus {
    const { outbox } = this.#parts;
    const receivers = this.#ways.flatMap(({ position, receivers: names }) => {
      const waiting = outbox.waiting(position);
      return this.#senders
        .filter(({ name }) => names.includes(name))
        .map(({ name, sender }) => ({
          name,
          target: sender.target,
          ...sender.counters,
          waiting,
          active: this.#failover === undefined || this.#failover.active === name,
        }));
    });
    return { outbox: outbox.totals(), receivers };
  }

  #way(position: string, receivers: readonly string[], sender: Sender): Way {
    const { outbox, limits, clock, log, random, onStoreDamaged } = this.#parts;
    const deliverer = new Deliverer({
      position,
      receivers,
      sender,
      outbox,
      ageMaxSeconds: limits.ageMaxSeconds,
      clock,
      log,
      random,
      onAttempt: () => this.#look(),
      onStoreDamaged,
    });
    return { position, receivers, deliverer };
  }

  #look(): void {
    try {
      this.#overflow.look(this.#parts.outbox.totals());
    } catch {
      // The deliverers meet the same trouble with the store, and tell it.
    }
  }
}
