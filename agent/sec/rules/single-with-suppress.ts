import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { Continuation, Rule } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import { type Operation, operationKey } from '../operations/operation.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { bindActions, bindText } from './bound.ts';
import type { EventCondition } from './event-condition.ts';
import { allParts, type RulePlace, type RuleType } from './rule-type.ts';

/** `type=SingleWithSuppress`: acts on the first event, ignores the same for a time. */
export const singleWithSuppressType: RuleType = {
  name: 'SINGLEWITHSUPPRESS',
  mandatory: ['ptype', 'pattern', 'desc', 'action', 'window'],
  optional: ['varmap', 'context', 'continue'],
  read(keywords, place) {
    const parts = allParts<SuppressParts>({
      condition: keywords.condition(),
      continuation: keywords.continuation('continue'),
      actions: keywords.actions('action'),
      window: keywords.window('window'),
      description: keywords.text('desc'),
    });
    return parts && new SingleWithSuppressRule(place, parts);
  },
};

interface SuppressParts {
  readonly condition: EventCondition;
  readonly continuation: Continuation;
  readonly actions: readonly Action[];
  readonly window: number;
  readonly description: ByteString;
}

class SingleWithSuppressRule implements Rule {
  readonly id: number;
  readonly line: number;
  readonly windowLines: number;
  readonly #place: RulePlace;
  readonly #parts: SuppressParts;

  constructor(place: RulePlace, parts: SuppressParts) {
    this.id = place.id;
    this.line = place.line;
    this.windowLines = parts.condition.pattern.lines;
    this.#place = place;
    this.#parts = parts;
  }

  process(runtime: Runtime): Continuation | undefined {
    const { condition, actions, window, continuation } = this.#parts;
    const match = condition.match(runtime);
    if (match === undefined) return undefined;
    const { file, id } = this.#place;
    const description = bindText(this.#parts.description, match, runtime);
    const key = operationKey(file, id, description);
    const { operations, time } = runtime;
    const running = operations.get(key);
    if (running !== undefined && time - running.windowStart <= window) return continuation;
    const bound = bindActions(actions, match, runtime);
    const fields = { key, file, ruleId: id, windowStart: time, window };
    operations.add(new SuppressOperation({ ...fields, description, actions: bound }));
    const origin = { file, ruleId: id };
    runActions(bound, { runtime, description, origin });
    return continuation;
  }
}

interface SuppressOperationFields {
  readonly key: ByteString;
  readonly file: string;
  readonly ruleId: number;
  readonly windowStart: number;
  readonly window: number;
  readonly description: ByteString;
  readonly actions: readonly Action[];
}

/** The time during which further events are ignored. */
class SuppressOperation implements Operation {
  readonly key: ByteString;
  readonly file: string;
  readonly ruleId: number;
  windowStart: number;
  readonly #startedAt: number;
  readonly #fields: SuppressOperationFields;

  constructor(fields: SuppressOperationFields) {
    this.key = fields.key;
    this.file = fields.file;
    this.ruleId = fields.ruleId;
    this.windowStart = fields.windowStart;
    this.#startedAt = fields.windowStart;
    this.#fields = fields;
  }

  get dueAt(): number {
    return this.windowStart + this.#fields.window + 1;
  }

  expire(runtime: Runtime): void {
    runtime.operations.remove(this);
  }

  details(): OperationDetails {
    const { window, description, actions } = this.#fields;
    const texts = { desc: description };
    return { startedAt: this.#startedAt, window, texts, actions: { action: actions } };
  }

  moveWindow(windowStart: number, runtime: Runtime): void {
    this.windowStart = windowStart;
    runtime.operations.reschedule(this);
  }
}
