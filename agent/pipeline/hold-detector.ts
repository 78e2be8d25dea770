import type { Work } from './work-notes.ts';

/** How long a line may be held; 0 for as long as it likes. */
export interface HoldLimits {
  /** A rule, in milliseconds of processor time: a machine that is busy with other things is no reason. */
  readonly ruleMs: number;
  /** A call of Perl code, in milliseconds: it may wait for something. */
  readonly perlMs: number;
}

/** What the thread is at, and the times that belong to it. */
export interface WorkSample {
  readonly work: Work;
  /** Monotonic time, in milliseconds. */
  readonly atMs: number;
  /** Processor time of the pipeline's thread, and of perl while it is at work, in milliseconds. */
  readonly threadMs: number;
  readonly perlMs: number;
}

/** What holds the line at hand for longer than it may. */
export interface Hold {
  readonly by: 'rule' | 'Perl pattern' | 'Perl code';
  /** The rule at work, by its place; undefined when Perl code runs that no line has called. */
  readonly place: number | undefined;
  /** The perl to end; undefined when it is the thread itself that does not come back. */
  readonly pid: number | undefined;
  readonly limitMs: number;
}

/** Finds out by samples, some time apart, that the pipeline does not get on. */
export class HoldDetector {
  readonly #limits: HoldLimits;
  /** The first sample of the try of a rule, and of the call of perl, that was seen last. */
  #tried: WorkSample | undefined;
  #called: WorkSample | undefined;

  constructor(limits: HoldLimits) {
    this.#limits = limits;
  }

  /** Takes a sample; what holds the line, when that is too long. */
  look(sample: WorkSample): Hold | undefined {
    const { work } = sample;
    const called = sameCall(this.#called, work) ? this.#called : sample;
    this.#called = work.perlWork === undefined ? undefined : called;
    const tried = sameTry(this.#tried, work) ? this.#tried : sample;
    this.#tried = work.place === undefined ? undefined : tried;
    const hold = this.#heldByPerl(sample) ?? this.#heldByRule(sample);
    // It is told once: then something is done about it.
    if (hold !== undefined) this.#called = this.#tried = undefined;
    return hold;
  }

  #heldByPerl({ work, atMs, perlMs }: WorkSample): Hold | undefined {
    const since = this.#called;
    if (since === undefined || work.perlWork === undefined) return undefined;
    const isCode = work.perlWork === 'code';
    const limitMs = isCode ? this.#limits.perlMs : this.#limits.ruleMs;
    const heldMs = isCode ? atMs - since.atMs : perlMs - since.perlMs;
    if (limitMs === 0 || heldMs < limitMs) return undefined;
    const by = isCode ? 'Perl code' : 'Perl pattern';
    return { by, place: work.place, pid: work.perlPid, limitMs };
  }

  #heldByRule({ work, threadMs }: WorkSample): Hold | undefined {
    const limitMs = this.#limits.ruleMs;
    const since = this.#tried;
    if (since === undefined || limitMs === 0) return undefined;
    if (threadMs - since.threadMs < limitMs) return undefined;
    return { by: 'rule', place: work.place, pid: undefined, limitMs };
  }
}

function sameTry(before: WorkSample | undefined, { tries, place }: Work): boolean {
  return before?.work.tries === tries && before.work.place === place;
}

function sameCall(before: WorkSample | undefined, { perlCalls, perlWork }: Work): boolean {
  return before?.work.perlCalls === perlCalls && before.work.perlWork === perlWork;
}
