import { trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { CurrentLine } from '../engine/current-line.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { LineNeed } from '../prefilter/line-need.ts';
import type { Fault } from '../rule-file/fault.ts';
import { type Match, matchOf } from '../substitute/match.ts';
import type { Pattern } from './pattern.ts';

/** What a `varmap` wants: names for numbered variables, and names for the whole set. */
export interface Varmap {
  readonly names: ReadonlyMap<ByteString, ByteString>;
  readonly entries: readonly ByteString[];
}

/** Reads `name=N; name; …`. */
export function readVarmap(source: ByteString): Varmap | Fault {
  const names = new Map<ByteString, ByteString>();
  const entries: ByteString[] = [];
  const mappings = source.split(';').map(trimBlanks);
  // As after Perl's split: empty ones at the end do not count.
  while (mappings.at(-1) === '') mappings.pop();
  for (const part of mappings) {
    const parts = /^([A-Za-z]\w*)(?:[\t\n\v\f\r ]*=[\t\n\v\f\r ]*(\d+))?$/.exec(part);
    if (parts?.[1] === undefined) {
      return {
        fault: `Invalid variable map '${source}': the variable mapping '${part}' does not have the form <letter>[<letter>|<digit>|<underscore>]... [= <number>]`,
      };
    }
    if (parts[2] === undefined) entries.push(parts[1]);
    else names.set(parts[1], String(Number(parts[2])));
  }
  return { names, entries };
}

/** A pattern with a varmap: its matches have more names, and may be found again by other rules. */
export class VarmapPattern implements Pattern {
  readonly lines: number;
  readonly need: LineNeed;
  readonly cacheEntries: readonly ByteString[];
  readonly #pattern: Pattern;
  readonly #varmap: Varmap;

  constructor(pattern: Pattern, varmap: Varmap) {
    this.#pattern = pattern;
    this.#varmap = varmap;
    this.lines = pattern.lines;
    this.need = pattern.need;
    this.cacheEntries = varmap.entries;
  }

  match(line: CurrentLine, runtime: Runtime): Match | undefined {
    const match = this.#pattern.match(line, runtime);
    if (match === undefined) return undefined;
    const { names, entries } = this.#varmap;
    let mapped = match;
    if (names.size > 0) {
      const variables = new Map(match.entries());
      for (const [name, number] of names) variables.set(name, match.get(number));
      mapped = matchOf(variables);
    }
    for (const entry of entries) runtime.matchCache.set(entry, mapped);
    return mapped;
  }
}
