import type { PerlWatch, PerlWork } from '../perl/perl-watch.ts';
import type { RuleWatch } from '../sec/engine/rule-watch.ts';

/** What the pipeline's thread is at, seen from outside. */
export interface Work {
  /** Goes up with each try of a rule: two looks at the same number are looks at the same try. */
  readonly tries: number;
  /** The rule at work, by its place among those of all files; undefined when there is none. */
  readonly place: number | undefined;
  /** Goes up with each call of perl. */
  readonly perlCalls: number;
  /** What perl is doing; undefined when it is not asked for anything. */
  readonly perlWork: PerlWork | undefined;
  /** The perl that was asked last; undefined before the first call. */
  readonly perlPid: number | undefined;
}

/** Numbers of 32 bits, in this order. */
const cells = { tries: 0, place: 1, perlCalls: 2, perlWork: 3, perlPid: 4 } as const;
const perlWorks: readonly (PerlWork | undefined)[] = [undefined, 'pattern', 'code'];

/** Memory for the notes of one thread. */
export function newNotes(): SharedArrayBuffer {
  return new SharedArrayBuffer(Object.keys(cells).length * Int32Array.BYTES_PER_ELEMENT);
}

/**
 * Notes what the thread is at, in memory that another thread reads: some plain stores for
 * each try of a rule. Whoever reads looks twice, a while apart, so that the order in which it sees them
 * does not matter.
 */
export class WorkNotes implements RuleWatch {
  readonly #cells: Int32Array;
  /** How often each rule has matched, by its place. */
  #matches: number[] = [];

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory);
  }

  begin(place: number): void {
    const notes = this.#cells;
    notes[cells.tries] = ((notes[cells.tries] as number) + 1) | 0;
    notes[cells.place] = place + 1;
  }

  matched(place: number): void {
    this.#matches[place] = (this.#matches[place] ?? 0) + 1;
  }

  end(): void {
    this.#cells[cells.place] = 0;
  }

  /** How often each of the rules has matched, by its place, since they run. */
  get matches(): readonly number[] {
    return this.#matches;
  }

  /** So many other rules run from now on. */
  useRules(count: number): void {
    this.#matches = Array.from({ length: count }, () => 0);
  }

  /** The notes about perl. */
  get perl(): PerlWatch {
    const notes = this.#cells;
    return {
      begin(work, pid) {
        notes[cells.perlPid] = pid;
        notes[cells.perlCalls] = ((notes[cells.perlCalls] as number) + 1) | 0;
        notes[cells.perlWork] = perlWorks.indexOf(work);
      },
      end() {
        notes[cells.perlWork] = 0;
      },
    };
  }
}

/** Reads the notes of another thread. */
export function readNotes(memory: SharedArrayBuffer): Work {
  const notes = new Int32Array(memory);
  const place = Atomics.load(notes, cells.place);
  const pid = Atomics.load(notes, cells.perlPid);
  return {
    tries: Atomics.load(notes, cells.tries),
    place: place === 0 ? undefined : place - 1,
    perlCalls: Atomics.load(notes, cells.perlCalls),
    perlWork: perlWorks[Atomics.load(notes, cells.perlWork)],
    perlPid: pid === 0 ? undefined : pid,
  };
}
