import type { Rule } from '../sec/engine/rule.ts';

/** How often a rule was used since its file was loaded. */
export interface RuleUsage {
  /** Lines that it matched; for rules of the clock how often it acted. */
  readonly matches: number;
  /** Lines that it was tried on. Only counted when time is measured. */
  readonly tries: number;
  /** Time spent in it, in milliseconds. Only counted when time is measured. */
  readonly timeMs: number;
}

/** Gives milliseconds since some moment. */
export type Stopwatch = () => number;

/** A rule that counts its uses. */
export interface CountedRule {
  readonly rule: Rule;
  readonly usage: RuleUsage;
}

/**
 * Counts the uses of a rule.
 * @param stopwatch gives milliseconds; with it tries and the time that they take are counted too
 */
export function countedRule(rule: Rule, stopwatch: Stopwatch | undefined): CountedRule {
  const usage = { matches: 0, tries: 0, timeMs: 0 };
  const count: Rule['process'] = (runtime) => {
    const continuation = rule.process(runtime);
    if (continuation !== undefined) usage.matches++;
    return continuation;
  };
  const process: Rule['process'] =
    stopwatch === undefined
      ? count
      : (runtime) => {
          const begun = stopwatch();
          const continuation = count(runtime);
          usage.timeMs += stopwatch() - begun;
          usage.tries++;
          return continuation;
        };
  const { id, line, windowLines, looksFor } = rule;
  if (rule.tick === undefined) {
    const restore = rule.restore?.bind(rule);
    const counted = { id, line, windowLines, looksFor, process, ...(restore && { restore }) };
    return { rule: counted, usage };
  }
  const tick: Rule['tick'] = (runtime) => {
    const acted = rule.tick?.(runtime) ?? false;
    if (acted) usage.matches++;
    if (acted && stopwatch !== undefined) usage.tries++;
    return acted;
  };
  const nextTickAt = (time: number) => rule.nextTickAt?.(time) ?? time + 1;
  // Lines are no matter of such a rule.
  const idle = rule.process.bind(rule);
  const counted: Rule = {
    ...{ id, line, windowLines, looksFor, process: idle, tick, nextTickAt },
    get memory() {
      return rule.memory ?? '';
    },
    set memory(value) {
      rule.memory = value;
    },
  };
  return { rule: counted, usage };
}
