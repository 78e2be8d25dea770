/** Where in a file something was found. `line` counts from 1; without it the whole file is meant. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/** Something wrong in a file that a person wrote: a configuration, a rule file, a scenario. */
export interface Problem {
  readonly place: Place;
  /** An error drops what it is about (a key, a rule); a warning only tells. */
  readonly severity: 'error' | 'warning';
  /** What is wrong and what was expected, in one line. */
  readonly message: string;
}

/** `FILE:LINE: message`, the form that editors and other programs can parse. */
export function formatProblem(problem: Problem): string {
  const { file, line } = problem.place;
  const place = line === undefined ? file : `${file}:${line}`;
  const mark = problem.severity === 'warning' ? 'warning: ' : '';
  return `${place}: ${mark}${problem.message}`;
}

/**
 * The problems of each file by line, those of the whole file last; files in the order
 * in which they were first found wrong.
 */
export function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map(({ place }) => place.file))];
  return problems.toSorted(
    (a, b) => files.indexOf(a.place.file) - files.indexOf(b.place.file) || lineOf(a) - lineOf(b),
  );
}

function lineOf({ place }: Problem): number {
  return place.line ?? Number.MAX_SAFE_INTEGER;
}

/** True when at least one of the problems is an error. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/**
 * Collects problems while something is checked, so that one run of a checker
 * reports everything it can and not only the first finding.
 */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #told = new Set<string>();

  /** Adds an error at a place. */
  error(place: Place, message: string): void {
    this.#add({ place, severity: 'error', message });
  }

  /** Adds a warning at a place. */
  warning(place: Place, message: string): void {
    this.#add({ place, severity: 'warning', message });
  }

  /** Takes over what another check has found. */
  addAll(problems: readonly Problem[]): void {
    for (const problem of problems) this.#add(problem);
  }

  /** Two checks may look at the same value: what they both find is told once. */
  #add(problem: Problem): void {
    const told = formatProblem(problem);
    if (this.#told.has(told)) return;
    this.#told.add(told);
    this.#problems.push(problem);
  }

  /** What was found so far, in the order of finding. */
  get all(): readonly Problem[] {
    return this.#problems;
  }
}
