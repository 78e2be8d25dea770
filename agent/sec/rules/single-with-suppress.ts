import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { type OperationStart, RuleOperation, readTimes } from '../operations/rule-operation.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import { readBoundActions, saveBoundActions } from '../state/saved-actions.ts';
import type { Match } from '../substitute/match.ts';
import { bindActions, bindText } from './bound.ts';
import { type OnePatternParts, OnePatternRule } from './one-pattern-rule.ts';
import { allParts, type RuleType } from './rule-type.ts';

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

interface SuppressParts extends OnePatternParts {
  readonly actions: readonly Action[];
  readonly window: number;
  readonly description: ByteString;
}

class SingleWithSuppressRule extends OnePatternRule<SuppressParts> {
  protected override act(match: Match, runtime: Runtime): undefined {
    const { actions } = this.parts;
    const description = bindText(this.parts.description, match, runtime);
    if (this.presentOperationOf(description, runtime) !== undefined) return;
    const bound = bindActions(actions, match, runtime);
    const { origin } = this;
    const fields = { rule: this.parts, origin, windowStart: runtime.time };
    runtime.operations.add(new SuppressOperation({ ...fields, description, actions: bound }));
    runActions(bound, { runtime, description, origin });
  }

  override restore(record: RecordReader): SuppressOperation {
    const rule = this.parts;
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
