import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { nextTurn } from '../../platform/next-turn.ts';
import type { Counters } from '../counters.ts';
import type { JournalReader } from '../journal/result-journal.ts';
import { Trouble } from '../trouble.ts';
import type { HandOver, Outlet, OutletBusy, OutletTrouble } from './outlet.ts';
import type { ResultSink } from './result-sink.ts';
import type { SinkStatus } from './sink-status.ts';

/** How soon a place that is absent or does not work is tried again. */
const troubleRetryMs = 100;

/** After a hand-over the next results gather for so long, unless many wait already. */
const gatherMs = 3;

/** An outlet with nothing to hand over is asked so often to look after what it left outside. */
const restMs = 1000;

/**
 * Takes results from the journal to an outlet. A result leaves the journal when it is handed
 * over; whatever hinders that is tried again until it works, in the order of receipt.
 * Trouble is logged once when it begins and once when it is over.
 */
export class JournalSink implements ResultSink {
  readonly #name: string;
  readonly #outlet: Outlet;
  readonly #journal: JournalReader;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #trouble = new Trouble();
  #running = Promise.resolve();
  #stopped = false;
  #closing = Promise.resolve();
  #draining = false;
  #leaving = false;
  #isIdle = false;
  #wake = () => {};
  #busySinceMs: number | undefined;
  #written = 0;
  /** Monotonic time since when it is in trouble, and how long it was before that. */
  #troubledSinceMs: number | undefined;
  #troubledMs = 0;

  constructor(
    name: string,
    outlet: Outlet,
    parts: {
      readonly journal: JournalReader;
      readonly log: Log;
      readonly clock: Clock;
      readonly counters: Counters;
    },
  ) {
    this.#name = name;
    this.#outlet = outlet;
    this.#journal = parts.journal;
    this.#log = parts.log;
    this.#clock = parts.clock;
    this.#counters = parts.counters;
  }

  get status(): SinkStatus {
    const troubledMs =
      this.#troubledSinceMs === undefined ? 0 : this.#clock.monotonicMs() - this.#troubledSinceMs;
    return {
      name: this.#name,
      waiting: this.#journal.size,
      oldestTime: this.#journal.size === 0 ? undefined : this.#journal.oldest(1)[0]?.result.time,
      written: this.#written,
      trouble: this.#trouble.reason,
      blockedSeconds: (this.#troubledMs + troubledMs) / 1000,
    };
  }

  start(): void {
    const trouble = this.#outlet.look();
    if (trouble !== undefined) this.#sayTrouble(trouble);
    this.#running = this.#run();
  }

  async drain(deadlineMs: number): Promise<number> {
    this.#draining = true;
    const cancel = this.#clock.setTimer(deadlineMs, () => this.#stop());
    this.#wake();
    await this.#running;
    cancel();
    this.#stop();
    await this.#closing;
    return this.#journal.size;
  }

  async leave(deadlineMs: number): Promise<void> {
    this.#leaving = true;
    await this.drain(deadlineMs);
  }

  giveCommand(line: Uint8Array): HandOver | undefined {
    return this.#outlet.giveCommand?.(line);
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#closing = Promise.resolve(this.#outlet.close());
    this.#wake();
  }

  async #run(): Promise<void> {
    const cancelWake = this.#journal.onAppended(() => {
      // While something hinders it, it wakes up by itself.
      if (this.#isIdle) this.#wake();
    });
    await this.#handOverAll();
    cancelWake();
  }

  async #handOverAll(): Promise<void> {
    while (!this.#stopped && !this.#leaving) {
      const entries = this.#journal.oldest(this.#outlet.batchResults);
      if (entries.length === 0) {
        await this.#outlet.rest();
        if (this.#stopped) return;
        if (this.#draining) return;
        this.#isIdle = true;
        // None though some wait: the journal cannot be read, and says so itself.
        await this.#sleep(this.#journal.size === 0 ? restMs : troubleRetryMs);
        this.#isIdle = false;
        continue;
      }
      const pauseMs = this.#judge(await this.#outlet.handOver(entries, this.#handed));
      if (pauseMs === 0) await this.#gather(entries.length);
      else if (this.#draining && this.#trouble.reason !== undefined) return;
      else await this.#sleep(pauseMs);
    }
  }

  /** The first of many that come one by one has left at once; those behind it go together. */
  async #gather(justHandedOver: number): Promise<void> {
    if (this.#draining || justHandedOver >= this.#outlet.batchResults) await nextTurn();
    else await this.#sleep(gatherMs);
  }

  readonly #handed = (throughSequence: number, results: number): void => {
    this.#journal.removeThrough(throughSequence);
    this.#counters.add('results_written', results);
    this.#written += results;
    this.#busySinceMs = undefined;
    if (!this.#trouble.ends()) return;
    this.#troubledMs += this.#clock.monotonicMs() - (this.#troubledSinceMs ?? 0);
    this.#troubledSinceMs = undefined;
    this.#log.info('SINK_WORKS_AGAIN', `sink ${this.#name} takes results again`, {
      sink: this.#name,
      results_waiting: this.#journal.size,
    });
  };

  /** How long to wait before the next try, in milliseconds. */
  #judge(handOver: HandOver): number {
    if (handOver.kind === 'done') return 0;
    if (this.#stopped) return 0;
    if (handOver.kind === 'busy') {
      this.#counters.add('sink_busy');
      const nowMs = this.#clock.monotonicMs();
      this.#busySinceMs ??= nowMs;
      const isLong = nowMs - this.#busySinceMs >= handOver.patienceMs;
      if (isLong) this.#sayTrouble(handOver);
      return handOver.retryMs;
    }
    this.#counters.add('sink_failures');
    this.#sayTrouble(handOver);
    return handOver.retryMs ?? troubleRetryMs;
  }

  #sayTrouble({ reason, message }: OutletBusy | OutletTrouble): void {
    this.#troubledSinceMs ??= this.#clock.monotonicMs();
    if (!this.#trouble.begins(reason)) return;
    this.#log.error('SINK_BLOCKED', `${message} (results are kept until then)`, {
      sink: this.#name,
      reason,
      results_waiting: this.#journal.size,
    });
  }

  /** Sleeps until woken, but not longer than `ms`. */
  async #sleep(ms: number): Promise<void> {
    if (this.#stopped) return;
    let cancel = () => {};
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      cancel = this.#clock.setTimer(ms, resolve);
    });
    cancel();
    this.#wake = () => {};
  }
}
