import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Match } from '../substitute/match.ts';
import { bindActions, bindText } from './bound.ts';
import { type OnePatternParts, OnePatternRule } from './one-pattern-rule.ts';
import { allParts, type RuleType } from './rule-type.ts';

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

interface SingleParts extends OnePatternParts {
  readonly actions: readonly Action[];
  readonly description: ByteString;
}

class SingleRule extends OnePatternRule<SingleParts> {
  protected override act(match: Match, runtime: Runtime): undefined {
    const { actions, description } = this.parts;
    runActions(bindActions(actions, match, runtime), {
      runtime,
      description: bindText(description, match, runtime),
      origin: this.origin,
    });
  }
}
