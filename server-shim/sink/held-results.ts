import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import type { DiskJournal } from '../journal/disk-journal.ts';
import type { JournalEntry, JournalReader } from '../journal/result-journal.ts';
import type { Handed, HandOver } from './outlet.ts';

/** So many results are held; what comes beyond is passed on, so that Nagios itself tells of it. */
const heldMost = 100_000;

/** Held results are written anew while they are looked through, so that some are there twice for a while. */
export const heldJournalLimits = { maxResults: 2 * heldMost, maxBytes: 256 * 1024 * 1024 };

/** The name of the one reader of the journal of held results. */
export const heldReader = 'held';

/** So many held results are looked through at a time. */
const batchResults = 1000;

/** Results whose names Nagios does not know, in a journal of their own. */
export class HeldResults {
  readonly #journal: DiskJournal;
  readonly #reader: JournalReader;
  readonly #log: Log;
  #isFull = false;
  /** Results of the sink up to this sequence number are held already: they come again after a failure. */
  #heldThrough = 0;
  /** While held results are looked through: how many are left, and up to which they are held anew. */
  #left = 0;
  #heldAnewThrough = 0;

  constructor(journal: DiskJournal, log: Log) {
    this.#journal = journal;
    this.#reader = journal.reader(heldReader);
    this.#log = log;
  }

  /** Holds results, on disk when it is done; false when that cannot be. */
  async hold(entries: readonly JournalEntry[]): Promise<boolean> {
    const fresh = entries.filter(({ sequence }) => sequence > this.#heldThrough);
    if (this.#reader.size + fresh.length > heldMost) return this.#refuse('too many are held');
    if (!(await this.#append(fresh))) return false;
    this.#heldThrough = Math.max(this.#heldThrough, fresh.at(-1)?.sequence ?? 0);
    this.#isFull = false;
    return true;
  }

  /** Goes through what is held once: what is known now is handed over, in order, the rest is held on. */
  async release(
    knows: (result: CheckResult) => boolean,
    handOver: (entries: readonly JournalEntry[], handed: Handed) => Promise<HandOver>,
  ): Promise<HandOver> {
    if (this.#left === 0) this.#left = this.#reader.size;
    while (this.#left > 0) {
      const entries = this.#reader.oldest(Math.min(this.#left, batchResults));
      const last = entries.at(-1);
      if (last === undefined) break;
      const unknown = entries.filter(
        ({ sequence, result }) => sequence > this.#heldAnewThrough && !knows(result),
      );
      if (!(await this.#append(unknown))) {
        const message = 'results that are held cannot be looked through';
        return { kind: 'trouble', reason: 'HELD_UNAVAILABLE', message };
      }
      this.#heldAnewThrough = last.sequence;
      const known = entries.filter(({ result }) => knows(result));
      const outcome: HandOver =
        known.length === 0
          ? { kind: 'done' }
          : await handOver(known, (through) => this.#doneThrough(through));
      if (outcome.kind !== 'done') return outcome;
      this.#doneThrough(last.sequence);
    }
    this.#left = 0;
    return { kind: 'done' };
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }

  #doneThrough(sequence: number): void {
    const before = this.#reader.size;
    this.#reader.removeThrough(sequence);
    this.#left -= before - this.#reader.size;
  }

  async #append(entries: readonly JournalEntry[]): Promise<boolean> {
    try {
      await this.#journal.append(entries.map(({ result }) => ({ result })));
      return true;
    } catch (error) {
      return this.#refuse(messageOf(error));
    }
  }

  #refuse(why: string): false {
    if (!this.#isFull) {
      const message = `results with unknown names are not held now but passed on: ${why}`;
      this.#log.warn('HELD_FULL', message, { results: this.#reader.size });
    }
    this.#isFull = true;
    return false;
  }
}
