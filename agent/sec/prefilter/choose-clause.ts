import type { BytePairs } from './byte-pairs.ts';
import type { AnyOf, Literal } from './line-need.ts';
import { literalBytesMin } from './literal-scanner.ts';
import { asciiLowerCase } from './required-literals.ts';

/** Lines to judge literals by. */
export class LineSample {
  readonly lines: readonly string[];
  readonly #lowered: readonly string[];

  constructor(lines: readonly string[]) {
    this.lines = lines;
    this.#lowered = lines.map(asciiLowerCase);
  }

  get size(): number {
    return this.lines.length;
  }

  /** In how many of the lines one of the literals stands. */
  countOf(clause: AnyOf): number {
    let count = 0;
    for (const [index, line] of this.lines.entries()) {
      const lowered = this.#lowered[index] ?? '';
      if (clause.some(({ text, caseless }) => (caseless ? lowered : line).includes(text))) count++;
    }
    return count;
  }
}

/** A clause, and the share of lines in which it was seen to hold. */
export interface ChosenClause {
  readonly clause: AnyOf;
  readonly share: number;
}

/** Of the clauses of a pattern the one that holds for the fewest lines; undefined without a usable one. */
export function chooseClause(
  clauses: readonly AnyOf[],
  sample: LineSample,
  pairs: BytePairs,
): ChosenClause | undefined {
  let best: { clause: AnyOf; count: number; weight: number } | undefined;
  for (const clause of clauses) {
    if (clause.some(({ text }) => text.length < literalBytesMin)) continue;
    const count = sample.countOf(clause);
    const weight = clause.reduce((sum, literal) => sum + weightOf(literal, pairs), 0);
    const better =
      best === undefined || count < best.count || (count === best.count && weight < best.weight);
    if (better) best = { clause, count, weight };
  }
  return best && { clause: best.clause, share: best.count / Math.max(1, sample.size) };
}

/** How common a literal is by its rarest pairs of bytes; long literals are rarer. */
function weightOf({ text }: Literal, pairs: BytePairs): number {
  let weight = 0;
  for (let at = 1; at < text.length; at++) {
    weight += 1 / (1 + pairs.count(text.charCodeAt(at - 1), text.charCodeAt(at)));
  }
  return 1 / weight;
}
