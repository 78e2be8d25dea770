import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import type { Continuation } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { type OperationStart, RuleOperation, readTimes } from '../operations/rule-operation.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import {
  readBoundActions,
  readBoundText,
  saveBoundActions,
  saveBoundText,
} from '../state/saved-actions.ts';
import { bindActions, bindText } from './bound.ts';
import type { EventCondition } from './event-condition.ts';
import { EventRule } from './event-rule.ts';
import { allParts, type RulePlace, type RuleType } from './rule-type.ts';

/** `type=SingleWith2Thresholds`: acts when events become many, and when they become few again. */
export const singleWith2ThresholdsType: RuleType = {
  name: 'SINGLEWITH2THRESHOLDS',
  mandatory: [
    ...['ptype', 'pattern', 'desc', 'action', 'window', 'thresh'],
    ...['desc2', 'action2', 'window2', 'thresh2'],
  ],
  optional: ['varmap', 'context', 'continue'],
  read(keywords, place) {
    const parts = allParts<TwoThresholdsParts>({
      condition: keywords.condition(),
      continuation: keywords.continuation('continue'),
      actions: keywords.actions('action'),
      window: keywords.window('window', '1st'),
      threshold: keywords.threshold('thresh', 1, '1st'),
      description: keywords.text('desc'),
      actions2: keywords.actions('action2'),
      window2: keywords.window('window2', '2nd'),
      threshold2: keywords.threshold('thresh2', 0, '2nd'),
      description2: keywords.text('desc2'),
    });
    return parts && new SingleWith2ThresholdsRule(place, parts);
  },
};

interface TwoThresholdsParts {
  readonly condition: EventCondition;
  readonly continuation: Continuation;
  readonly actions: readonly Action[];
  readonly window: number;
  readonly threshold: number;
  readonly description: ByteString;
  readonly actions2: readonly Action[];
  readonly window2: number;
  readonly threshold2: number;
  readonly description2: ByteString;
}

class SingleWith2ThresholdsRule extends EventRule {
  readonly #parts: TwoThresholdsParts;

  constructor(place: RulePlace, parts: TwoThresholdsParts) {
    super(place, parts.condition.pattern.lines, [parts.condition.sought]);
    this.#parts = parts;
  }

  override process(runtime: Runtime): Continuation | undefined {
    const { condition, continuation } = this.#parts;
    const match = condition.match(runtime);
    if (match === undefined) return undefined;
    const description = bindText(this.#parts.description, match, runtime);
    const { operations, time } = runtime;
    let operation = this.operationOf(description, runtime);
    if (operation instanceof TwoThresholdsOperation && operation.dueAt <= time) {
      operation.expire(runtime);
      operation = this.operationOf(description, runtime);
    }
    if (!(operation instanceof TwoThresholdsOperation)) {
      operation = new TwoThresholdsOperation({
        rule: this.#parts,
        origin: this.origin,
        windowStart: time,
        description,
        description2: bindText(this.#parts.description2, match, runtime),
        actions: bindActions(this.#parts.actions, match, runtime),
        actions2: bindActions(this.#parts.actions2, match, runtime),
      });
      operations.add(operation);
    }
    if (operation instanceof TwoThresholdsOperation) operation.count(runtime);
    return continuation;
  }

  override restore(record: RecordReader): TwoThresholdsOperation {
    const rule = this.#parts;
    const times = readTimes(record);
    const description = record.text();
    const fields = {
      origin: this.origin,
      ...times,
      rule,
      description,
      description2: readBoundText(rule.description2, record),
      actions: readBoundActions(rule.actions, record),
      actions2: readBoundActions(rule.actions2, record),
    };
    const counted = { rising: record.flag(), times: record.times() };
    return new TwoThresholdsOperation(fields, counted);
  }
}

interface TwoThresholdsFields extends OperationStart {
  readonly rule: TwoThresholdsParts;
  readonly description2: ByteString;
  readonly actions: readonly Action[];
  readonly actions2: readonly Action[];
}

/** Counts up to the first threshold, then watches until no more than the second come. */
class TwoThresholdsOperation extends RuleOperation {
  readonly #fields: TwoThresholdsFields;
  #times: number[];
  #rising: boolean;

  constructor(
    fields: TwoThresholdsFields,
    counted: { readonly times: number[]; readonly rising: boolean } = { times: [], rising: true },
  ) {
    super(fields);
    this.#fields = { ...fields, description: this.description };
    this.#times = counted.times;
    this.#rising = counted.rising;
  }

  override get dueAt(): number {
    const { window, window2 } = this.#fields.rule;
    return this.windowStart + (this.#rising ? window : window2) + 1;
  }

  /** Takes the event of now. */
  count(runtime: Runtime): void {
    if (this.#rising) this.#countRising(runtime);
    else this.#countFalling(runtime.time);
    runtime.operations.reschedule(this);
  }

  override expire(runtime: Runtime): void {
    const { rule, actions2, description2 } = this.#fields;
    if (!this.#rising) {
      this.run(actions2, description2, runtime);
      runtime.operations.remove(this);
      return;
    }
    this.#times = this.#times.filter((time) => time >= runtime.time - rule.window);
    const [oldest] = this.#times;
    if (oldest === undefined) {
      runtime.operations.remove(this);
      return;
    }
    this.windowStart = oldest;
    runtime.operations.reschedule(this);
  }

  override details(): OperationDetails {
    const { rule, description, description2, actions, actions2 } = this.#fields;
    return {
      startedAt: this.startedAt,
      window: this.#rising ? rule.window : rule.window2,
      texts: { desc: description, desc2: description2 },
      actions: { action: actions, action2: actions2 },
      status: `checking for ${this.#rising ? '1st' : '2nd'} threshold`,
      events: this.#times.map((time) => ({ time })),
    };
  }

  override shift(seconds: number): void {
    super.shift(seconds);
    this.#times = this.#times.map((time) => time + seconds);
  }

  override save(record: RecordWriter): void {
    super.save(record);
    const { rule, description, description2, actions, actions2 } = this.#fields;
    record.text(description);
    saveBoundText(description2, rule.description2, record);
    saveBoundActions(actions, rule.actions, record);
    saveBoundActions(actions2, rule.actions2, record);
    record.flag(this.#rising);
    record.times(this.#times);
  }

  override moveWindow(windowStart: number, runtime: Runtime): void {
    this.windowStart = windowStart;
    this.#times = this.#times.filter((time) => time >= windowStart);
    if (this.#times.length === 0 && this.#rising) runtime.operations.remove(this);
    else runtime.operations.reschedule(this);
  }

  #countRising(runtime: Runtime): void {
    const { rule, actions, description } = this.#fields;
    this.#times.push(runtime.time);
    if (this.#times.length < rule.threshold) return;
    this.#rising = false;
    this.#times = [];
    this.windowStart = runtime.time;
    runtime.operations.reschedule(this);
    this.run(actions, description, runtime);
  }

  /** The window always begins with the oldest event that may still be among the allowed ones. */
  #countFalling(now: number): void {
    this.#times.push(now);
    if (this.#times.length <= this.#fields.rule.threshold2) return;
    this.#times.shift();
    this.windowStart = this.#times[0] ?? now;
  }
}
