import type { Problem } from '../../platform/problem.ts';
import type { CheckedRuleFile } from '../sec/engine/rule.ts';
import { reviewJumps } from '../sec/review/review-jumps.ts';
import { reviewRules } from '../sec/review/review-rules.ts';
import { placedProblem, type RuleSet } from './rule-set.ts';

/** Rule files, and everything that can be said about them. */
export interface RulesCheck {
  readonly files: readonly CheckedRuleFile[];
  readonly problems: readonly Problem[];
}

/**
 * Reads rule files. Beside what is wrong with rules it finds what makes them slow, and what is
 * hardly meant.
 * @param isWhole these are all rule files that run together: what is in none of them is missing
 */
export function checkRules(ruleSet: RuleSet, isWhole: boolean): RulesCheck {
  const { files, problems } = ruleSet.read();
  const { texts } = ruleSet;
  const sets = new Set(files.flatMap((file) => file.sets));
  const reviewed = files.flatMap(({ file, rules }) => {
    const text = texts.get(file) ?? '';
    const validRules = new Set(rules.map(({ line }) => line));
    const jumps = isWhole ? reviewJumps(text, validRules, sets) : [];
    return [...reviewRules(text, validRules), ...jumps].map((found) => placedProblem(file, found));
  });
  return { files, problems: [...problems, ...reviewed] };
}
