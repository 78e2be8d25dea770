import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { Continuation } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import { bindActions, bindText } from './bound.ts';
import type { EventCondition } from './event-condition.ts';
import { EventRule } from './event-rule.ts';
import { allParts, type RulePlace, type RuleType } from './rule-type.ts';

/** `type=Single`: runs its actions for each line that matches. */
export const singleType: RuleType = {
  name: 'SINGLE',
  mandatory: ['ptype', 'pattern', 'desc', 'action'],
  optional: ['varmap', 'context', 'continue'],
  read(keywords, place) {
    const parts = allParts<SingleParts>({
      condition: keywords.condition(),
      continuation: keywords.continuation('continue'),
      actions: keywords.actions('action'),
      description: keywords.text('desc'),
    });
    return parts && new SingleRule(place, parts);
  },
};

interface SingleParts {
  readonly condition: EventCondition;
  readonly continuation: Continuation;
  readonly actions: readonly Action[];
  readonly description: ByteString;
}

class SingleRule extends EventRule {
  readonly #parts: SingleParts;

  constructor(place: RulePlace, parts: SingleParts) {
    super(place, parts.condition.pattern.lines, [parts.condition.sought]);
    this.#parts = parts;
  }

  override process(runtime: Runtime): Continuation | undefined {
    const { condition, actions, description, continuation } = this.#parts;
    const match = condition.match(runtime);
    if (match === undefined) return undefined;
    runActions(bindActions(actions, match, runtime), {
      runtime,
      description: bindText(description, match, runtime),
      origin: this.origin,
    });
    return continuation;
  }
}
