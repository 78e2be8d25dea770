import { type OnePatternParts, OnePatternRule } from './one-pattern-rule.ts';
import type { RuleType } from './rule-type.ts';

/** `type=Suppress`: a line that matches goes no further in this rule file. */
export const suppressType: RuleType = {
  name: 'SUPPRESS',
  mandatory: ['ptype', 'pattern'],
  optional: ['varmap', 'context', 'desc'],
  read(keywords, place) {
    const condition = keywords.condition();
    return condition && new SuppressRule(place, { condition, continuation: { kind: 'end file' } });
  },
};

class SuppressRule extends OnePatternRule<OnePatternParts> {
  /** Its continuation is all that it is. */
  protected override act(): undefined {}
}
