import { type Clock, unixSeconds } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { type ByteString, byteStringOf } from '../../protocol/byte-string.ts';
import type { FileWriter } from '../effects/file-writer.ts';
import { type LineSource, pollBudgetBytes } from '../input/line-source.ts';
import type { Engine } from '../sec/engine/engine.ts';
import type { Committer } from './committer.ts';

/** Lines that one turn handles at most, so that stopping and commits are never far away. */
const linesPerTurn = 10_000;

/** Lines between two looks at the clock: SEC's seconds need no more. */
const linesPerClockLook = 100;

/** The shortest rest when there was nothing to do and nothing is to be committed, in milliseconds; SEC's own. */
const restMsMin = 100;

/** Agents of many machines on one host shall not wake up in the same instant of a second, in milliseconds. */
const wakePhaseMs = process.pid % restMsMin;

/** When the clock goes back by no more than this, in seconds, nothing is moved: windows last so much longer. */
export const clockSlackS = 5;

/** The inputs, as the pipeline needs them. */
export interface PipelineInputs {
  readonly sources: readonly LineSource[];
  /** Those of them that may have lines since the last poll, in the same order. */
  readonly ready: readonly LineSource[];
  /** How the input that a source belongs to was configured. */
  specOf(source: LineSource): { readonly context?: string | undefined } | undefined;
  /** Looks for new lines and files; true when there was anything new. */
  poll(): boolean;
  /** How long there may be no poll while nothing hints at something new, in milliseconds. */
  readonly restMs: number;
}

/** What commits, as the pipeline needs it. */
export type Committing = Pick<
  Committer,
  'handled' | 'hasWork' | 'isFull' | 'isFailing' | 'dueInMs' | 'commitIfDue' | 'commitLast'
>;

export interface PipelineParts {
  readonly inputs: PipelineInputs;
  readonly engine: Engine;
  readonly files: FileWriter;
  readonly committer: Committing;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a turn did. */
export interface Turn {
  /** Lines that were handled. */
  readonly lines: number;
  /** Results that became durable in the outbox. */
  readonly results: number;
}

/** A source in the bytes of the rules: its name, and the context of its lines. */
interface SeenSource {
  readonly name: ByteString;
  readonly context: ByteString | undefined;
  /** Unix time in seconds of its last line; undefined before the first. */
  lastLineAt: number | undefined;
}

/** Takes lines from the inputs through the rules, and what comes out into the outbox. */
export class Pipeline {
  readonly #parts: PipelineParts;
  #engine: Engine;
  /** The sources as the rules see them. */
  readonly #seen = new WeakMap<LineSource, SeenSource>();
  /** The second in which housekeeping was last done; undefined before the first. */
  #keptAt: number | undefined;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#engine = parts.engine;
  }

  /** Handles what is there now, up to a limit, and commits when it is time to. */
  turn(): Turn {
    const { committer, inputs, files } = this.#parts;
    // Without a store that takes what comes out, nothing more goes in.
    if (committer.isFull) return { lines: 0, results: committer.commitIfDue() };
    inputs.poll();
    this.#housekeep();
    let handled = 0;
    while (handled < linesPerTurn) {
      const wanted = Math.min(linesPerClockLook, linesPerTurn - handled);
      const round = this.#handleLines(wanted, inputs.ready);
      if (round === 0) break;
      handled += round;
    }
    files.flush();
    committer.handled(handled);
    return { lines: handled, results: committer.commitIfDue() };
  }

  /**
   * How long to rest after a turn that had nothing to do, in milliseconds, if nothing hints at something
   * new before: until a file is to be looked at, something to be committed, or the next
   * second has its housekeeping.
   */
  get restMs(): number {
    const { clock, committer, inputs } = this.#parts;
    const toNextSecondMs = 1_000 - (clock.nowMs() % 1_000) + wakePhaseMs;
    const toCommitMs = committer.hasWork ? committer.dueInMs() : Infinity;
    return Math.min(toCommitMs, Math.max(restMsMin, Math.min(toNextSecondMs, inputs.restMs)));
  }

  /**
   * Before the end: handles what cannot be read again, which one poll has read at most, and makes
   * all durable that was handled. Returns how many results that were.
   */
  finish(): number {
    const { inputs, committer, files } = this.#parts;
    const once = inputs.sources.filter(({ readsOnce }) => readsOnce === true);
    // Events that make events without end must not keep it from ending.
    const roundsMax = once.length * Math.ceil(pollBudgetBytes / linesPerTurn);
    for (let round = 0; round < roundsMax; round++) {
      const handled = this.#handleLines(linesPerTurn, once);
      if (handled === 0) break;
      committer.handled(handled);
    }
    files.flush();
    return committer.commitLast();
  }

  /** True when no line will ever come again, and none waits for the store. */
  get ended(): boolean {
    const { sources } = this.#parts.inputs;
    if (this.#parts.committer.isFailing) return false;
    return sources.length > 0 && sources.every((source) => source.ended);
  }

  /** Goes on with another engine: new rules, which have taken over the state of the old ones. */
  useEngine(engine: Engine): void {
    this.#engine = engine;
  }

  /** Unix time in seconds of the last line of a source; undefined before the first. */
  lastLineAt(source: LineSource): number | undefined {
    return this.#seen.get(source)?.lastLineAt;
  }

  /** One line from each source in turn, as SEC does, until there are enough; events come first. */
  #handleLines(wanted: number, ready: readonly LineSource[]): number {
    const time = unixSeconds(this.#parts.clock);
    let handled = this.#handleEvents(wanted, time);
    const [only, ...others] = ready;
    while (handled < wanted) {
      const before = handled;
      // Which of several sources comes first is to stay as it is in SEC.
      if (only !== undefined && others.length === 0) handled += this.#passOver(only, time);
      for (const source of ready) {
        const line = source.next();
        if (line === undefined) continue;
        const seen = this.#seenAs(source);
        seen.lastLineAt = time;
        this.#engine.process(line, seen.name, time, seen.context);
        handled += 1 + this.#handleEvents(wanted - handled, time);
      }
      if (handled === before) break;
    }
    return handled;
  }

  /** Leaves out lines that no rule has to be tried on. Returns how many. */
  #passOver(source: LineSource, time: number): number {
    if (source.passOver === undefined) return 0;
    const filter = this.#engine.lineFilter;
    const passed = filter && source.passOver(filter, this.#engine.windows.size);
    if (passed === undefined) return 0;
    const seen = this.#seenAs(source);
    if (passed.count > 0) seen.lastLineAt = time;
    this.#engine.passOver(passed.last, seen.name, time, seen.context);
    return passed.count;
  }

  /** Synthetic events; rules that make them without end must not keep everything else waiting. */
  #handleEvents(wanted: number, time: number): number {
    let handled = 0;
    while (handled < wanted && this.#engine.processEvent(time)) handled++;
    return handled;
  }

  /** Once a second, whether or not there are lines. */
  #housekeep(): void {
    const time = unixSeconds(this.#parts.clock);
    const before = this.#keptAt;
    if (time === before) return;
    this.#keptAt = time;
    if (before === undefined) {
      this.#engine.catchUp(time);
      return;
    }
    if (time < before - clockSlackS) this.#clockSetBack(before - time);
    this.#engine.housekeep(time);
  }

  #clockSetBack(seconds: number): void {
    this.#engine.clockSetBack(seconds);
    const message = `the clock was set back by ${seconds} s: windows and lifetimes keep what was left of them`;
    this.#parts.log.warn('CLOCK_SET_BACK', message, { seconds });
  }

  #seenAs(source: LineSource): SeenSource {
    const known = this.#seen.get(source);
    if (known !== undefined) return known;
    const context = this.#parts.inputs.specOf(source)?.context;
    const seen = {
      name: byteStringOf(source.name),
      context: context === undefined ? undefined : byteStringOf(context),
      lastLineAt: undefined,
    };
    this.#seen.set(source, seen);
    return seen;
  }
}
