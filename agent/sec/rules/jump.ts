import type { ByteString } from '../../../protocol/byte-string.ts';
import { wordsOf } from '../blanks.ts';
import type { Continuation } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import { bindText } from './bound.ts';
import type { EventCondition } from './event-condition.ts';
import { EventRule } from './event-rule.ts';
import { allParts, type RulePlace, type RuleType } from './rule-type.ts';

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

interface JumpParts {
  readonly condition: EventCondition;
  readonly continuation: Continuation;
  /** The names of the sets have no match variables. */
  readonly constant: boolean;
  readonly sets: readonly ByteString[];
}

class JumpRule extends EventRule {
  readonly #parts: JumpParts;

  constructor(place: RulePlace, parts: JumpParts) {
    super(place, parts.condition.pattern.lines, [parts.condition.sought]);
    this.#parts = parts;
  }

  override process(runtime: Runtime): Continuation | undefined {
    const { condition, continuation, constant, sets } = this.#parts;
    const match = condition.match(runtime);
    if (match === undefined) return undefined;
    if (sets.length === 0) return continuation;
    const names = constant ? sets : sets.map((name) => bindText(name, match, runtime));
    return { kind: 'jump', sets: names, after: continuation };
  }
}
