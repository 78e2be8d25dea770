import type { Clock } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { isSameValue } from '../../platform/same-value.ts';
import type { Counters } from '../counters.ts';
import type { DiskJournal } from '../journal/disk-journal.ts';
import { createSink, type SinkOptions } from './create-sink.ts';
import type { ResultSink } from './result-sink.ts';

export interface SinkSetParts {
  readonly journal: Pick<DiskJournal, 'reader' | 'addReader' | 'removeReader'>;
  readonly stateDir: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** How long a hand-over may go on when its sink is replaced. */
const leaveMs = 5_000;

/** A sink and what it was made of. */
interface OpenSink {
  readonly options: SinkOptions;
  readonly sink: ResultSink;
}

/** All sinks of a receiver. */
export class SinkSet {
  readonly #parts: SinkSetParts;
  #sinks: readonly OpenSink[] = [];

  /** @param options each is of a sink that the journal was opened for */
  constructor(options: readonly SinkOptions[], parts: SinkSetParts) {
    this.#parts = parts;
    this.#sinks = options.map((one) => this.#create(one));
  }

  get all(): readonly ResultSink[] {
    return this.#sinks.map(({ sink }) => sink);
  }

  start(): void {
    for (const { sink } of this.#sinks) sink.start();
  }

  /**
   * Replaces what has changed; gives the names of what was begun anew. What waits for a sink waits for
   * the next one of its name; for one that is gone nothing waits any more.
   */
  async reload(options: readonly SinkOptions[]): Promise<readonly string[]> {
    const { journal } = this.#parts;
    // Before any is removed: one that has got another name goes on where it was.
    for (const { name } of options) journal.addReader(name);
    const kept = this.#sinks.filter((open) =>
      options.some((one) => isSameValue(open.options, one)),
    );
    const leaving = this.#sinks.filter((open) => !kept.includes(open));
    this.#sinks = kept;
    await Promise.all(leaving.map(({ sink }) => sink.leave(leaveMs)));
    const names = new Set(options.map(({ name }) => name));
    for (const { options: old } of leaving)
      if (!names.has(old.name)) journal.removeReader(old.name);
    const begun: OpenSink[] = [];
    for (const one of options) {
      if (kept.some((open) => open.options.name === one.name)) continue;
      const sink = this.#tryCreate(one);
      if (sink !== undefined) begun.push(sink);
    }
    this.#sinks = [...kept, ...begun];
    for (const { sink } of begun) sink.start();
    return begun.map((open) => open.options.name);
  }

  /** Hands over what waits, for so long at most, and ends them all. */
  async drain(deadlineMs: number): Promise<void> {
    await Promise.all(this.#sinks.map(({ sink }) => sink.drain(deadlineMs)));
  }

  /** The receiver does its work without a sink that cannot begin: its results wait in the journal. */
  #tryCreate(options: SinkOptions): OpenSink | undefined {
    try {
      return this.#create(options);
    } catch (error) {
      const { name } = options;
      const message = `sink ${name} cannot begin: ${messageOf(error)}; its results wait in the journal until the next reload or restart`;
      this.#parts.log.error('SINK_NOT_BEGUN', message, { sink: name });
      return undefined;
    }
  }

  #create(options: SinkOptions): OpenSink {
    const { journal, ...parts } = this.#parts;
    const sink = createSink(options, { ...parts, journal: journal.reader(options.name) });
    return { options, sink };
  }
}
