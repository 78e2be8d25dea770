import type { CheckedRuleFile, Rule } from '../engine/rule.ts';
import type { AnyOf } from './line-need.ts';
import type { SoughtEvent } from './sought-event.ts';

/** A rule, and when it has to be tried on a line. */
export interface SoughtRule {
  /** Its place among the rules of all files. */
  readonly bit: number;
  readonly rule: Rule;
  readonly file: string;
  readonly id: number;
  /** On every line. */
  readonly always: boolean;
  /** On every line while it has operations. */
  readonly whileOperations: boolean;
  /** On every line while the time of some context is over. */
  readonly whileOverdue: boolean;
  /** On lines for which all clauses of one of these hold. */
  readonly clauses: readonly (readonly AnyOf[])[];
}

/** When each rule of some files has to be tried. */
export function soughtRules(files: readonly CheckedRuleFile[]): readonly SoughtRule[] {
  const setters = settersOf(files);
  let bit = 0;
  return files.flatMap(({ file, rules }) =>
    rules.map((rule) => {
      const { id, looksFor } = rule;
      const events = looksFor.flatMap((event) => withoutCache(event, setters, new Set()));
      const every = events.filter(({ need }) => need.kind === 'any line');
      return {
        bit: bit++,
        rule,
        file,
        id,
        always:
          every.some(({ whileOperations }) => !whileOperations) ||
          looksFor.some(({ beforePattern }) => beforePattern === 'code'),
        whileOperations: every.length > 0,
        whileOverdue: looksFor.some(({ beforePattern }) => beforePattern === 'contexts'),
        clauses: events.flatMap(({ need }) => (need.kind === 'literals' ? [need.clauses] : [])),
      };
    }),
  );
}

/** For each entry of the match cache the events that make it. */
function settersOf(files: readonly CheckedRuleFile[]): ReadonlyMap<string, readonly SoughtEvent[]> {
  const setters = new Map<string, SoughtEvent[]>();
  for (const event of files.flatMap(({ rules }) => rules.flatMap(({ looksFor }) => looksFor))) {
    for (const entry of event.cacheEntries) {
      const known = setters.get(entry);
      if (known) known.push(event);
      else setters.set(entry, [event]);
    }
  }
  return setters;
}

/** What an event that is found in the match cache needs is what those need that put it there. */
function withoutCache(
  event: SoughtEvent,
  setters: ReadonlyMap<string, readonly SoughtEvent[]>,
  seen: ReadonlySet<string>,
): readonly SoughtEvent[] {
  const { need } = event;
  if (need.kind !== 'cache entry') return [event];
  if (seen.has(need.name)) return [];
  const sources = setters.get(need.name) ?? [];
  // An entry may be made by a rule that itself is tried only while it has operations.
  return sources
    .flatMap((source) => withoutCache(source, setters, new Set([...seen, need.name])))
    .map((source) => ({ ...source, whileOperations: false }));
}
