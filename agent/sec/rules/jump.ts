import { wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Continuation } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Match } from '../substitute/match.ts';
import { bindText } from './bound.ts';
import { type OnePatternParts, OnePatternRule } from './one-pattern-rule.ts';
import { allParts, type RuleType } from './rule-type.ts';

/** `type=Jump`: takes the line through the rule files of some sets. */
export const jumpType: RuleType = {
  name: 'JUMP',
  mandatory: ['ptype', 'pattern'],
  optional: ['varmap', 'context', 'continue', 'desc', 'cfset', 'constset'],
  read(keywords, place) {
    const parts = allParts<JumpParts>({
      condition: keywords.condition(),
      continuation: keywords.continuation('continue'),
      constant: keywords.yesNo('constset', true),
      sets: wordsOf(keywords.text('cfset')),
    });
    return parts && new JumpRule(place, parts);
  },
};

interface JumpParts extends OnePatternParts {
  /** The names of the sets have no match variables. */
  readonly constant: boolean;
  readonly sets: readonly ByteString[];
}

class JumpRule extends OnePatternRule<JumpParts> {
  protected override act(match: Match, runtime: Runtime): Continuation | undefined {
    const { continuation, constant, sets } = this.parts;
    if (sets.length === 0) return undefined;
    const names = constant ? sets : sets.map((name) => bindText(name, match, runtime));
    return { kind: 'jump', sets: names, after: continuation };
  }
}
