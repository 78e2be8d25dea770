import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { type OperationStart, readTimes } from '../operations/rule-operation.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import { readBoundActions, saveBoundActions } from '../state/saved-actions.ts';
import type { Match } from '../substitute/match.ts';
import { bindActions, bindText } from './bound.ts';
import { CountingOperation } from './counting-operation.ts';
import { type OnePatternParts, OnePatternRule } from './one-pattern-rule.ts';
import { allParts, type RuleType } from './rule-type.ts';

/** `type=SingleWithThreshold`: acts when so many events came within a time. */
export const singleWithThresholdType: RuleType = {
  name: 'SINGLEWITHTHRESHOLD',
  mandatory: ['ptype', 'pattern', 'desc', 'action', 'window', 'thresh'],
  optional: ['varmap', 'context', 'continue', 'action2'],
  read(keywords, place) {
    const parts = allParts<ThresholdParts>({
      condition: keywords.condition(),
      continuation: keywords.continuation('continue'),
      actions: keywords.actions('action'),
      endActions: keywords.optionalActions('action2'),
      window: keywords.window('window'),
      threshold: keywords.threshold('thresh', 1),
      description: keywords.text('desc'),
    });
    return parts && new SingleWithThresholdRule(place, parts);
  },
};

interface ThresholdParts extends OnePatternParts {
  readonly actions: readonly Action[];
  readonly endActions: readonly Action[];
  readonly window: number;
  readonly threshold: number;
  readonly description: ByteString;
}

class SingleWithThresholdRule extends OnePatternRule<ThresholdParts> {
  protected override act(match: Match, runtime: Runtime): undefined {
    const description = bindText(this.parts.description, match, runtime);
    const running = this.presentOperationOf(description, runtime);
    const operation =
      running instanceof ThresholdOperation ? running : this.#begin(description, match, runtime);
    operation.count(runtime);
  }

  #begin(description: ByteString, match: Match, runtime: Runtime): ThresholdOperation {
    const { actions, endActions } = this.parts;
    const operation = new ThresholdOperation({
      rule: this.parts,
      origin: this.origin,
      description,
      windowStart: runtime.time,
      actions: bindActions(actions, match, runtime),
      endActions: bindActions(endActions, match, runtime),
    });
    runtime.operations.add(operation);
    return operation;
  }

  override restore(record: RecordReader): ThresholdOperation {
    const rule = this.parts;
    const times = readTimes(record);
    const description = record.text();
    const actions = readBoundActions(rule.actions, record);
    const endActions = readBoundActions(rule.endActions, record);
    const { origin } = this;
    const counted = { reached: record.flag(), times: record.times() };
    const fields = { origin, ...times, rule, description, actions, endActions };
    return new ThresholdOperation(fields, counted);
  }
}

interface ThresholdFields extends OperationStart {
  readonly rule: ThresholdParts;
  readonly actions: readonly Action[];
  readonly endActions: readonly Action[];
}

/** Counts events; after the threshold was reached it ignores them until its window is over. */
class ThresholdOperation extends CountingOperation {
  readonly #rule: ThresholdParts;
  readonly #actions: readonly Action[];
  readonly #endActions: readonly Action[];
  #reached: boolean;

  constructor(
    fields: ThresholdFields,
    counted: { readonly times: readonly number[]; readonly reached: boolean } = {
      times: [],
      reached: false,
    },
  ) {
    super(fields, counted.times);
    this.#rule = fields.rule;
    this.#actions = fields.actions;
    this.#endActions = fields.endActions;
    this.#reached = counted.reached;
  }

  protected override get needsEvents(): boolean {
    return !this.#reached;
  }

  override get dueAt(): number {
    return this.windowStart + this.#rule.window + 1;
  }

  /** Takes the event of now. */
  count(runtime: Runtime): void {
    if (this.#reached) return;
    this.times.add(runtime.time);
    runtime.operations.changed(this);
    if (this.times.count < this.#rule.threshold) return;
    this.#reached = true;
    this.run(this.#actions, this.description, runtime);
  }

  override expire(runtime: Runtime): void {
    if (this.#reached) {
      this.run(this.#endActions, this.description, runtime);
      runtime.operations.remove(this);
      return;
    }
    this.slide(runtime.time - this.#rule.window, runtime);
  }

  override details(): OperationDetails {
    return {
      startedAt: this.startedAt,
      window: this.#rule.window,
      texts: { desc: this.description },
      actions: { action: this.#actions, action2: this.#endActions },
      status: this.#reached ? 'suppressing' : 'checking for threshold',
      events: this.times.all.map((time) => ({ time })),
    };
  }

  override save(record: RecordWriter): void {
    super.save(record);
    const rule = this.#rule;
    record.text(this.description);
    saveBoundActions(this.#actions, rule.actions, record);
    saveBoundActions(this.#endActions, rule.endActions, record);
    record.flag(this.#reached);
    record.times(this.times.all);
  }
}
