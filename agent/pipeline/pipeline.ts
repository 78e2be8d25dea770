import { type Clock, unixSeconds } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { type ByteString, byteStringOf } from '../../protocol/byte-string.ts';
import type { FileWriter } from '../effects/file-writer.ts';
import type { LineSource } from '../input/line-source.ts';
import type { OutboxWriter } from '../outbox/outbox-writer.ts';
import type { Engine } from '../sec/engine/engine.ts';

/** Lines that one turn handles at most, so that stopping and commits are never far away. */
const linesPerTurn = 10_000;

/** Lines between two looks at the clock: SEC's seconds need no more. */
const linesPerClockLook = 100;

/** The inputs, as the pipeline needs them. */
export interface PipelineInputs {
  readonly sources: readonly LineSource[];
  /** Looks for new lines and files; true when there was anything new. */
  poll(): boolean;
}

export interface PipelineParts {
  readonly inputs: PipelineInputs;
  readonly engine: Engine;
  readonly files: FileWriter;
  readonly outbox: OutboxWriter;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a turn did. */
export interface Turn {
  /** Lines that were handled. */
  readonly lines: number;
  /** Results that went into the outbox. */
  readonly results: number;
}

/** Takes lines from the inputs through the rules, and what comes out into the outbox. */
export class Pipeline {
  readonly #parts: PipelineParts;
  /** The names of the sources as the rules see them. */
  readonly #names = new WeakMap<LineSource, ByteString>();
  /** The second in which housekeeping was last done. */
  #keptAt = 0;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** Handles what is there now, up to a limit, and commits the results. */
  turn(): Turn {
    const { inputs, files } = this.#parts;
    inputs.poll();
    let handled = 0;
    while (handled < linesPerTurn) {
      const round = this.#handleLines(Math.min(linesPerClockLook, linesPerTurn - handled));
      if (round === 0) break;
      handled += round;
    }
    this.#housekeep();
    files.flush();
    return { lines: handled, results: this.#commit() };
  }

  /** True when no line will ever come again. */
  get ended(): boolean {
    const { sources } = this.#parts.inputs;
    return sources.length > 0 && sources.every((source) => source.ended);
  }

  /** One line from each source in turn, as SEC does, until there are enough; events come first. */
  #handleLines(wanted: number): number {
    const { inputs, engine, clock } = this.#parts;
    const time = unixSeconds(clock);
    let handled = 0;
    while (handled < wanted) {
      const before = handled;
      if (engine.events.hasReady) {
        engine.processEvent(time);
        handled++;
        continue;
      }
      for (const source of inputs.sources) {
        const line = source.next();
        if (line === undefined) continue;
        engine.process(line, this.#nameOf(source), time);
        handled++;
        while (engine.processEvent(time)) handled++;
      }
      if (handled === before) break;
    }
    return handled;
  }

  /** Once a second, whether or not there are lines. */
  #housekeep(): void {
    const { engine, clock } = this.#parts;
    const time = unixSeconds(clock);
    if (time === this.#keptAt) return;
    this.#keptAt = time;
    engine.housekeep(time);
    while (engine.processEvent(time));
  }

  #nameOf(source: LineSource): ByteString {
    const known = this.#names.get(source);
    if (known !== undefined) return known;
    const name = byteStringOf(source.name);
    this.#names.set(source, name);
    return name;
  }

  #commit(): number {
    const { added, dropped } = this.#parts.outbox.commit();
    if (dropped > 0) {
      this.#parts.log.error('OUTBOX_FULL', 'the outbox is full: the oldest results were dropped', {
        dropped,
      });
    }
    return added;
  }
}
