import type { Rule } from '../sec/engine/rule.ts';

/** How often a rule was used since its file was loaded. */
export interface RuleUsage {
  /** Lines that it matched; for rules of the clock how often it acted. */
  readonly matches: number;
  /** Lines that it was tried on. Only counted when time is measured. */
  readonly tries: number;
  /** Time spent in it, in nanoseconds. Only counted when time is measured. */
  readonly timeNs: bigint;
}

/** A rule that counts its uses. */
export interface CountedRule {
  readonly rule: Rule;
  readonly usage: RuleUsage;
}

/**
 * Counts the uses of a rule.
 * @param measured also counts its tries and the time that it takes
 */
export function countedRule(rule: Rule, measured: boolean): CountedRule {
  const usage = { matches: 0, tries: 0, timeNs: 0n };
  const within = measured ? measuring(usage) : <T>(work: () => T) => work();
  const process: Rule['process'] = measured
    ? (runtime) =>
        within(() => {
          const continuation = rule.process(runtime);
          if (continuation !== undefined) usage.matches++;
          return continuation;
        })
    : (runtime) => {
        const continuation = rule.process(runtime);
        if (continuation !== undefined) usage.matches++;
        return continuation;
      };
  const { id, line, windowLines } = rule;
  if (rule.tick === undefined) return { rule: { id, line, windowLines, process }, usage };
  const tick: Rule['tick'] = (runtime) => {
    const acted = rule.tick?.(runtime) ?? false;
    if (acted) usage.matches++;
    if (acted && measured) usage.tries++;
    return acted;
  };
  const nextTickAt = (time: number) => rule.nextTickAt?.(time) ?? time + 1;
  // Lines are no matter of such a rule.
  const idle = rule.process.bind(rule);
  return { rule: { id, line, windowLines, process: idle, tick, nextTickAt }, usage };
}

function measuring(usage: { tries: number; timeNs: bigint }) {
  return <T>(work: () => T): T => {
    const begun = process.hrtime.bigint();
    const result = work();
    usage.timeNs += process.hrtime.bigint() - begun;
    usage.tries++;
    return result;
  };
}
