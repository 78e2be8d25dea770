import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { bindActions, runActions } from '../actions/read-action-list.ts';
import type { Host } from '../engine/host.ts';
import type { LineEvent } from '../engine/line-event.ts';
import type { Continuation, Rule } from '../engine/rule.ts';
import type { Pattern } from '../patterns/pattern.ts';
import { substituteMatch } from '../substitute/match-variables.ts';
import type { RuleType } from './rule-type.ts';

/** `type=Single`: runs its actions for each line that matches. */
export const singleType: RuleType = {
  name: 'SINGLE',
  mandatory: ['ptype', 'pattern', 'desc', 'action'],
  optional: ['varmap', 'context', 'continue'],
  read(keywords, id) {
    const pattern = keywords.pattern();
    const continuation = keywords.continuation();
    const actions = keywords.actions('action');
    if (pattern === undefined || continuation === undefined || actions === undefined) {
      return undefined;
    }
    const description = keywords.text('desc');
    return new SingleRule({ id, line: keywords.line, pattern, continuation, actions, description });
  },
};

interface SingleFields {
  readonly id: number;
  readonly line: number;
  readonly pattern: Pattern;
  readonly continuation: Continuation;
  readonly actions: readonly Action[];
  readonly description: ByteString;
}

class SingleRule implements Rule {
  readonly id: number;
  readonly line: number;
  readonly #fields: SingleFields;

  constructor(fields: SingleFields) {
    this.id = fields.id;
    this.line = fields.line;
    this.#fields = fields;
  }

  process(event: LineEvent, host: Host): Continuation | undefined {
    const { pattern, actions, description, continuation } = this.#fields;
    const match = pattern.match(event);
    if (match === undefined) return undefined;
    runActions(bindActions(actions, match), {
      host,
      time: event.time,
      description: substituteMatch(description, match),
    });
    return continuation;
  }
}
