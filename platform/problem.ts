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

  /** Adds an error at a place. */
  error(place: Place, message: string): void {
    this.#problems.push({ place, severity: 'error', message });
  }

  /** Adds a warning at a place. */
  warning(place: Place, message: string): void {
    this.#problems.push({ place, severity: 'warning', message });
  }

  /** Takes over what another check has found. */
  addAll(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  /** What was found so far, in the order of finding. */
  get all(): readonly Problem[] {
    return this.#problems;
  }
}
