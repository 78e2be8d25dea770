import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { type OperationStart, readTimes } from '../operations/rule-operation.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import {
  readBoundActions,
  readBoundText,
  saveBoundActions,
  saveBoundText,
} from '../state/saved-actions.ts';
import type { Match } from '../substitute/match.ts';
import { bindActions, bindText } from './bound.ts';
import { CountingOperation } from './counting-operation.ts';
import { type OnePatternParts, OnePatternRule } from './one-pattern-rule.ts';
import { allParts, type RuleType } from './rule-type.ts';

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

interface TwoThresholdsParts extends OnePatternParts {
  readonly actions: readonly Action[];
  readonly window: number;
  readonly threshold: number;
  readonly description: ByteString;
  readonly actions2: readonly Action[];
  readonly window2: number;
  readonly threshold2: number;
  readonly description2: ByteString;
}

class SingleWith2ThresholdsRule extends OnePatternRule<TwoThresholdsParts> {
  protected override act(match: Match, runtime: Runtime): undefined {
    const description = bindText(this.parts.description, match, runtime);
    const running = this.presentOperationOf(description, runtime);
    const operation =
      running instanceof TwoThresholdsOperation
        ? running
        : this.#begin(description, match, runtime);
    operation.count(runtime);
  }

  #begin(description: ByteString, match: Match, runtime: Runtime): TwoThresholdsOperation {
    const { description2, actions, actions2 } = this.parts;
    const operation = new TwoThresholdsOperation({
      rule: this.parts,
      origin: this.origin,
      windowStart: runtime.time,
      description,
      description2: bindText(description2, match, runtime),
      actions: bindActions(actions, match, runtime),
      actions2: bindActions(actions2, match, runtime),
    });
    runtime.operations.add(operation);
    return operation;
  }

  override restore(record: RecordReader): TwoThresholdsOperation {
    const rule = this.parts;
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
class TwoThresholdsOperation extends CountingOperation {
  readonly #fields: TwoThresholdsFields;
  #rising: boolean;

  constructor(
    fields: TwoThresholdsFields,
    counted: { readonly times: readonly number[]; readonly rising: boolean } = {
      times: [],
      rising: true,
    },
  ) {
    super(fields, counted.times);
    this.#fields = { ...fields, description: this.description };
    this.#rising = counted.rising;
  }

  protected override get needsEvents(): boolean {
    return this.#rising;
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
    this.slide(runtime.time - rule.window, runtime);
  }

  override details(): OperationDetails {
    const { rule, description, description2, actions, actions2 } = this.#fields;
    return {
      startedAt: this.startedAt,
      window: this.#rising ? rule.window : rule.window2,
      texts: { desc: description, desc2: description2 },
      actions: { action: actions, action2: actions2 },
      status: `checking for ${this.#rising ? '1st' : '2nd'} threshold`,
      events: this.times.all.map((time) => ({ time })),
    };
  }

  override save(record: RecordWriter): void {
    super.save(record);
    const { rule, description, description2, actions, actions2 } = this.#fields;
    record.text(description);
    saveBoundText(description2, rule.description2, record);
    saveBoundActions(actions, rule.actions, record);
    saveBoundActions(actions2, rule.actions2, record);
    record.flag(this.#rising);
    record.times(this.times.all);
  }

  #countRising(runtime: Runtime): void {
    const { rule, actions, description } = this.#fields;
    this.times.add(runtime.time);
    if (this.times.count < rule.threshold) return;
    this.#rising = false;
    this.times.clear();
    this.windowStart = runtime.time;
    runtime.operations.reschedule(this);
    this.run(actions, description, runtime);
  }

  /** The window always begins with the oldest event that may still be among the allowed ones. */
  #countFalling(now: number): void {
    this.times.add(now);
    if (this.times.count <= this.#fields.rule.threshold2) return;
    this.times.dropFirst();
    this.windowStart = this.times.first ?? now;
  }
}
