import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { Continuation } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { type OperationStart, RuleOperation, readTimes } from '../operations/rule-operation.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import { readBoundActions, saveBoundActions } from '../state/saved-actions.ts';
import { bindActions, bindText } from './bound.ts';
import type { EventCondition } from './event-condition.ts';
import { EventRule } from './event-rule.ts';
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

class SingleWithSuppressRule extends EventRule {
  readonly #parts: SuppressParts;

  constructor(place: RulePlace, parts: SuppressParts) {
    super(place, parts.condition.pattern.lines, [parts.condition.sought]);
    this.#parts = parts;
  }

  override process(runtime: Runtime): Continuation | undefined {
    const { condition, actions, window, continuation } = this.#parts;
    const match = condition.match(runtime);
    if (match === undefined) return undefined;
    const description = bindText(this.#parts.description, match, runtime);
    const { operations, time } = runtime;
    const running = this.operationOf(description, runtime);
    if (running !== undefined && time - running.windowStart <= window) return continuation;
    const bound = bindActions(actions, match, runtime);
    const { origin } = this;
    const fields = { rule: this.#parts, origin, windowStart: time };
    operations.add(new SuppressOperation({ ...fields, description, actions: bound }));
    runActions(bound, { runtime, description, origin });
    return continuation;
  }

  override restore(record: RecordReader): SuppressOperation {
    const rule = this.#parts;
    const times = readTimes(record);
    const description = record.text();
    const actions = readBoundActions(rule.actions, record);
    const { origin } = this;
    return new SuppressOperation({ rule, origin, ...times, description, actions });
  }
}

interface SuppressOperationFields extends OperationStart {
  readonly rule: SuppressParts;
  readonly actions: readonly Action[];
}

/** The time during which further events are ignored. */
class SuppressOperation extends RuleOperation {
  readonly #fields: SuppressOperationFields;

  constructor(fields: SuppressOperationFields) {
    super(fields);
    this.#fields = { ...fields, description: this.description };
  }

  override get dueAt(): number {
    return this.windowStart + this.#fields.rule.window + 1;
  }

  override expire(runtime: Runtime): void {
    runtime.operations.remove(this);
  }

  override details(): OperationDetails {
    const { rule, description, actions } = this.#fields;
    const { window } = rule;
    const texts = { desc: description };
    return { startedAt: this.startedAt, window, texts, actions: { action: actions } };
  }

  override save(record: RecordWriter): void {
    super.save(record);
    const { rule, description, actions } = this.#fields;
    record.text(description);
    saveBoundActions(actions, rule.actions, record);
  }
}
