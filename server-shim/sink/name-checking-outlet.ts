import type { Clock } from '../../platform/clock.ts';
import { systemCodeOf, systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Counters } from '../counters.ts';
import type { JournalEntry } from '../journal/result-journal.ts';
import { Trouble } from '../trouble.ts';
import type { HeldResults } from './held-results.ts';
import type { KnownObjects } from './known-objects.ts';
import type { Handed, HandOver, Outlet, OutletTrouble } from './outlet.ts';

/** So many unknown names are told until Nagios' objects change; further ones are only counted. */
const toldMost = 1000;

/** How often it is looked whether Nagios has written its objects anew. */
const lookMs = 1000;

/**
 * Looks whether Nagios knows what results are about, before another outlet hands them over.
 * What is not known is counted, told once for each name, and passed on all the same, or
 * held until it becomes known.
 */
export class NameCheckingOutlet implements Outlet {
  readonly batchResults: number;
  readonly #outlet: Outlet;
  readonly #known: KnownObjects;
  readonly #held: HeldResults | undefined;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #trouble = new Trouble();
  readonly #told = new Set<string>();
  #lookAtMs = Number.NEGATIVE_INFINITY;
  /** Results up to this sequence number were counted already: they may come again. */
  #countedThrough = 0;
  /** Held results may have become known. */
  #mayRelease = true;

  /** @param held where unknown ones are held; without it they are passed on */
  constructor(
    outlet: Outlet,
    known: KnownObjects,
    held: HeldResults | undefined,
    parts: { readonly log: Log; readonly clock: Clock; readonly counters: Counters },
  ) {
    this.#outlet = outlet;
    this.batchResults = outlet.batchResults;
    this.#known = known;
    this.#held = held;
    this.#log = parts.log;
    this.#clock = parts.clock;
    this.#counters = parts.counters;
  }

  look(): OutletTrouble | undefined {
    return this.#outlet.look();
  }

  async handOver(entries: readonly JournalEntry[], handed: Handed): Promise<HandOver> {
    const released = await this.#refresh();
    if (released.kind !== 'done') return released;
    const unknown = entries.filter(({ result }) => !this.#known.knows(result));
    this.#count(unknown, entries.at(-1)?.sequence ?? 0);
    if (this.#held === undefined || unknown.length === 0) {
      return await this.#outlet.handOver(entries, handed);
    }
    const isHeld = await this.#held.hold(unknown);
    if (!isHeld) return await this.#outlet.handOver(entries, handed);
    const others = entries.filter(({ result }) => this.#known.knows(result));
    const outcome = others.length === 0 ? done : await this.#outlet.handOver(others, handed);
    const last = entries.at(-1);
    if (outcome.kind === 'done' && last !== undefined) handed(last.sequence, 0);
    return outcome;
  }

  giveCommand(line: Uint8Array): HandOver | undefined {
    return this.#outlet.giveCommand?.(line);
  }

  async rest(): Promise<void> {
    await this.#refresh();
    await this.#outlet.rest();
  }

  async close(): Promise<void> {
    await this.#outlet.close();
    await this.#held?.close();
  }

  /** Looks for new objects, and releases what was held and is known now. */
  async #refresh(): Promise<HandOver> {
    if (this.#clock.monotonicMs() >= this.#lookAtMs) {
      this.#lookAtMs = this.#clock.monotonicMs() + lookMs;
      await this.#look();
    }
    if (!this.#mayRelease || this.#held === undefined) return done;
    const released = await this.#held.release(
      (result) => this.#known.knows(result),
      (entries, handed) => this.#outlet.handOver(entries, handed),
    );
    if (released.kind === 'done') this.#mayRelease = false;
    return released;
  }

  async #look(): Promise<void> {
    try {
      if (await this.#known.refresh()) {
        this.#mayRelease = true;
        this.#told.clear();
      }
      if (this.#trouble.ends()) {
        this.#log.info('OBJECTS_READABLE', 'the names that Nagios knows can be read again');
      }
    } catch (error) {
      const reason = systemCodeOf(error) ?? 'UNKNOWN';
      if (!this.#trouble.begins(reason)) return;
      const message = `the names that Nagios knows cannot be read: ${systemReason(error)}; until they can, those that were read before hold, or all names count as known`;
      this.#log.warn('OBJECTS_UNREADABLE', message, { reason });
    }
  }

  #count(unknown: readonly JournalEntry[], through: number): void {
    for (const { sequence, result } of unknown) {
      if (sequence <= this.#countedThrough) continue;
      this.#counters.add('results_unknown');
      const name = `${result.host}\n${result.service ?? ''}`;
      if (this.#told.size >= toldMost || this.#told.has(name)) continue;
      this.#told.add(name);
      const fate = this.#held === undefined ? 'passed on all the same' : 'held until it does';
      this.#log.warn('OBJECT_UNKNOWN', `${this.#known.complaint(result)} (${fate})`);
    }
    this.#countedThrough = Math.max(this.#countedThrough, through);
  }
}

const done: HandOver = { kind: 'done' };
