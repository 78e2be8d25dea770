import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
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

interface ThresholdParts {
  readonly condition: EventCondition;
  readonly continuation: Continuation;
  readonly actions: readonly Action[];
  readonly endActions: readonly Action[];
  readonly window: number;
  readonly threshold: number;
  readonly description: ByteString;
}

class SingleWithThresholdRule extends EventRule {
  readonly #parts: ThresholdParts;

  constructor(place: RulePlace, parts: ThresholdParts) {
    super(place, parts.condition.pattern.lines, [parts.condition.sought]);
    this.#parts = parts;
  }

  override process(runtime: Runtime): Continuation | undefined {
    const { condition, actions, endActions, continuation } = this.#parts;
    const match = condition.match(runtime);
    if (match === undefined) return undefined;
    const description = bindText(this.#parts.description, match, runtime);
    const key = this.keyOf(description);
    const { operations, time } = runtime;
    let operation = operations.get(key);
    if (operation instanceof ThresholdOperation && operation.dueAt <= time) {
      operation.expire(runtime);
      operation = operations.get(key);
    }
    if (!(operation instanceof ThresholdOperation)) {
      operation = new ThresholdOperation({
        rule: this.#parts,
        key,
        origin: this.origin,
        description,
        windowStart: time,
        actions: bindActions(actions, match, runtime),
        endActions: bindActions(endActions, match, runtime),
      });
      operations.add(operation);
    }
    if (operation instanceof ThresholdOperation) operation.count(runtime);
    return continuation;
  }

  override restore(record: RecordReader): ThresholdOperation {
    const rule = this.#parts;
    const times = readTimes(record);
    const description = record.text();
    const actions = readBoundActions(rule.actions, record);
    const endActions = readBoundActions(rule.endActions, record);
    const { origin } = this;
    const start = { key: this.keyOf(description), origin, ...times };
    const counted = { reached: record.flag(), times: record.times() };
    return new ThresholdOperation({ ...start, rule, description, actions, endActions }, counted);
  }
}

interface ThresholdFields extends OperationStart {
  readonly rule: ThresholdParts;
  readonly description: ByteString;
  readonly actions: readonly Action[];
  readonly endActions: readonly Action[];
}

/** Counts events; after the threshold was reached it ignores them until its window is over. */
class ThresholdOperation extends RuleOperation {
  readonly #fields: ThresholdFields;
  #times: number[];
  #reached: boolean;

  constructor(
    fields: ThresholdFields,
    counted: { readonly times: number[]; readonly reached: boolean } = {
      times: [],
      reached: false,
    },
  ) {
    super(fields);
    this.#fields = fields;
    this.#times = counted.times;
    this.#reached = counted.reached;
  }

  override get dueAt(): number {
    return this.windowStart + this.#fields.rule.window + 1;
  }

  /** Takes the event of now. */
  count(runtime: Runtime): void {
    if (this.#reached) return;
    this.#times.push(runtime.time);
    runtime.operations.changed(this);
    if (this.#times.length < this.#fields.rule.threshold) return;
    this.#reached = true;
    this.run(this.#fields.actions, this.#fields.description, runtime);
  }

  override expire(runtime: Runtime): void {
    const { rule, endActions } = this.#fields;
    if (this.#reached) {
      this.run(endActions, this.#fields.description, runtime);
      runtime.operations.remove(this);
      return;
    }
    this.#dropBefore(runtime.time - rule.window, runtime);
  }

  override details(): OperationDetails {
    const { rule, description, actions, endActions } = this.#fields;
    return {
      startedAt: this.startedAt,
      window: rule.window,
      texts: { desc: description },
      actions: { action: actions, action2: endActions },
      status: this.#reached ? 'suppressing' : 'checking for threshold',
      events: this.#times.map((time) => ({ time })),
    };
  }

  override shift(seconds: number): void {
    super.shift(seconds);
    this.#times = this.#times.map((time) => time + seconds);
  }

  override save(record: RecordWriter): void {
    super.save(record);
    const { rule, description, actions, endActions } = this.#fields;
    record.text(description);
    saveBoundActions(actions, rule.actions, record);
    saveBoundActions(endActions, rule.endActions, record);
    record.flag(this.#reached);
    record.times(this.#times);
  }

  override moveWindow(windowStart: number, runtime: Runtime): void {
    this.windowStart = windowStart;
    this.#times = this.#times.filter((time) => time >= windowStart);
    if (this.#times.length === 0 && !this.#reached) runtime.operations.remove(this);
    else runtime.operations.reschedule(this);
  }

  /** Slides the window to the oldest event that is not before a time; ends without one. */
  #dropBefore(start: number, runtime: Runtime): void {
    this.#times = this.#times.filter((time) => time >= start);
    const [oldest] = this.#times;
    if (oldest === undefined) {
      runtime.operations.remove(this);
      return;
    }
    this.windowStart = oldest;
    runtime.operations.reschedule(this);
  }
}
