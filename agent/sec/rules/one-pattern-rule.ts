import type { Continuation } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Match } from '../substitute/match.ts';
import type { EventCondition } from './event-condition.ts';
import { EventRule } from './event-rule.ts';
import type { RulePlace } from './rule-type.ts';

/** What a rule with one pattern consists of, whatever it does. */
export interface OnePatternParts {
  readonly condition: EventCondition;
  readonly continuation: Continuation;
}

/** A rule that looks for one kind of events. */
export abstract class OnePatternRule<Parts extends OnePatternParts> extends EventRule {
  protected readonly parts: Parts;

  constructor(place: RulePlace, parts: Parts) {
    const { pattern, sought } = parts.condition;
    super(place, pattern.lines, [sought]);
    this.parts = parts;
  }

  override process(runtime: Runtime): Continuation | undefined {
    const match = this.parts.condition.match(runtime);
    if (match === undefined) return undefined;
    return this.act(match, runtime) ?? this.parts.continuation;
  }

  /** Does what the rule is for; a continuation when that is another one than the rule's own. */
  protected abstract act(match: Match, runtime: Runtime): Continuation | undefined;
}
