import type { BytePairs } from './byte-pairs.ts';
import type { AnyOf, Literal } from './line-need.ts';
import { literalBytesMin, windowBytesMax } from './literal-scanner.ts';
import { asciiLowerCase } from './required-literals.ts';

/** Lines to judge literals by. */
export class LineSample {
  readonly lines: readonly string[];
  readonly #lowered: readonly string[];
  /** What was counted already: rules often share their texts. */
  readonly #counts = new Map<string, number>();

  constructor(lines: readonly string[]) {
    this.lines = lines;
    this.#lowered = lines.map(asciiLowerCase);
  }

  get size(): number {
    return this.lines.length;
  }

  /** In how many of the lines one of the literals stands. */
  countOf(clause: AnyOf): number {
    const key = clause.map(({ text, caseless }) => `${text.length}${caseless}${text}`).join();
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    let count = 0;
    for (const [index, line] of this.lines.entries()) {
      const lowered = this.#lowered[index] ?? '';
      if (clause.some(({ text, caseless }) => (caseless ? lowered : line).includes(text))) count++;
    }
    this.#counts.set(key, count);
    return count;
  }
}

/** A clause, and the share of lines in which it was seen to hold. */
export interface ChosenClause {
  readonly clause: AnyOf;
  readonly share: number;
}

/**
 * What it costs to scan for a literal of two bytes instead of an endless one, as a share of lines that are
 * tried in vain. The scan of all literals skips as many bytes as the shortest one has, less one.
 */
const shortestCost = 0.2;

/**
 * Of the clauses of a pattern the one that costs least: that holds for few lines, and has no
 * short literal, which would slow down the scan for all rules. Undefined without a usable one.
 */
export function chooseClause(
  clauses: readonly AnyOf[],
  sample: LineSample,
  pairs: BytePairs,
): ChosenClause | undefined {
  let best: (ChosenClause & { readonly cost: number; readonly weight: number }) | undefined;
  for (const clause of clauses) {
    const bytes = clause.reduce((least, { text }) => Math.min(least, text.length), windowBytesMax);
    if (bytes < literalBytesMin) continue;
    const share = sample.countOf(clause) / Math.max(1, sample.size);
    const cost = share + shortestCost / (bytes - 1);
    const weight = clause.reduce((sum, literal) => sum + weightOf(literal, pairs), 0);
    const better =
      best === undefined || cost < best.cost || (cost === best.cost && weight < best.weight);
    if (better) best = { clause, share, cost, weight };
  }
  return best;
}

/** How common a literal is by its rarest pairs of bytes; long literals are rarer. */
function weightOf({ text }: Literal, pairs: BytePairs): number {
  let weight = 0;
  for (let at = 1; at < text.length; at++) {
    weight += 1 / (1 + pairs.count(text.charCodeAt(at - 1), text.charCodeAt(at)));
  }
  return 1 / weight;
}
