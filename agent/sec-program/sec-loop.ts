import type { ByteString } from '../../protocol/byte-string.ts';
import type { Engine } from '../sec/engine/engine.ts';
import type { LineFilter, PassedOver } from '../sec/prefilter/line-filter.ts';

/** A line from one of SEC's inputs. */
export interface SecLine {
  readonly text: ByteString;
  readonly source: ByteString;
  /** The name of the input's internal context, when it was given one. */
  readonly context: ByteString | undefined;
}

/** Lines that no rule had to be tried on. */
export interface PassedLines extends PassedOver {
  readonly source: ByteString;
  readonly context: ByteString | undefined;
}

/** SEC's inputs, as its main loop needs them. */
export interface SecInputs {
  /** The next line: one from each input in turn, in the order of their names. */
  next(): SecLine | undefined;
  /**
   * Leaves out lines that were read, up to the next one that a filter finds, when that changes
   * no order of lines.
   * @param lastMax of how many the text is wanted
   */
  passOver?(filter: LineFilter, lastMax: number): PassedLines | undefined;
  /** Bytes came that end no line yet: the next look comes at once. */
  readonly busy: boolean;
  /** True when no line will ever come again. */
  readonly ended: boolean;
}

/** SEC's children, as its main loop needs them. */
export interface SecChildren {
  /** Tells the engine what children have printed and which have ended. */
  report(engine: Engine): void;
  /** How many have not been reported as ended. */
  readonly running: number;
}

export interface SecLoopParts {
  readonly engine: Engine;
  readonly inputs: SecInputs;
  readonly children: SecChildren;
  /** Unix time in seconds. */
  readonly now: () => number;
  /** Seconds between two housekeepings, at the moment; 0 is every round. */
  readonly cleanTime: () => number;
}

/** What a round of the loop found to do. */
export type Round = 'line' | 'nothing';

/** SEC's main loop, a round at a time: children, a line, housekeeping. */
export class SecLoop {
  readonly #parts: SecLoopParts;
  #engine: Engine;
  /** A restart does not change it, nor does a clock that is set back: housekeeping then waits. */
  #cleanedAt: number;
  #processed = 0;

  constructor(parts: SecLoopParts) {
    this.#parts = parts;
    this.#engine = parts.engine;
    this.#cleanedAt = parts.now();
  }

  /** Goes on with another engine. */
  useEngine(engine: Engine): void {
    this.#engine = engine;
  }

  /** Before the first round: Calendar rules may act at once. */
  begin(): void {
    this.#housekeep(this.#parts.now());
  }

  /**
   * One round.
   * @param idle is called between looking for a line and housekeeping when there was none
   */
  round(idle: () => void): Round {
    const { inputs, children, now, cleanTime } = this.#parts;
    children.report(this.#engine);
    let time = this.#processNext(this.#engine, inputs);
    const found = time !== undefined;
    if (!found && !inputs.busy && !this.ended) idle();
    time ??= now();
    if (time - this.#cleanedAt >= cleanTime()) this.#housekeep(time);
    return found ? 'line' : 'nothing';
  }

  /** True when nothing is left to do and no line will ever come again. */
  get ended(): boolean {
    const { inputs, children } = this.#parts;
    return inputs.ended && !this.#engine.events.hasReady && children.running === 0;
  }

  /** Lines that went through the rules, synthetic ones among them. */
  get processed(): number {
    return this.#processed;
  }

  /** Handles a line or an event; the time at which that was, undefined when there was none. */
  #processNext(engine: Engine, inputs: SecInputs): number | undefined {
    if (engine.events.hasReady) {
      this.#processed++;
      const time = this.#parts.now();
      engine.processEvent(time);
      return time;
    }
    const passedAt = this.#passOver(engine, inputs);
    const line = inputs.next();
    if (line === undefined) return passedAt;
    this.#processed++;
    const time = this.#parts.now();
    engine.process(line.text, line.source, time, line.context);
    return time;
  }

  /** Leaves out lines that no rule has to be tried on; the time at which that was. */
  #passOver(engine: Engine, inputs: SecInputs): number | undefined {
    const filter = engine.lineFilter;
    if (filter === undefined) return undefined;
    const passed = inputs.passOver?.(filter, engine.windows.size);
    if (passed === undefined) return undefined;
    const { count, last, source, context } = passed;
    this.#processed += count;
    const time = this.#parts.now();
    engine.passOver(last, source, time, context);
    return time;
  }

  #housekeep(time: number): void {
    this.#cleanedAt = time;
    this.#engine.housekeep(time);
  }
}
