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
      window: keywords.window('window'),
      threshold: keywords.threshold('thresh', 1),
      description: keywords.text('desc'),
      actions2: keywords.actions('action2'),
      window2: keywords.window('window2'),
      threshold2: keywords.threshold('thresh2', 0),
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

class SingleWith2ThresholdsRule implements Rule {
  readonly id: number;
  readonly line: number;
  readonly windowLines: number;
  readonly #place: RulePlace;
  readonly #parts: TwoThresholdsParts;

  constructor(place: RulePlace, parts: TwoThresholdsParts) {
    this.id = place.id;
    this.line = place.line;
    this.windowLines = parts.condition.pattern.lines;
    this.#place = place;
    this.#parts = parts;
  }

  process(runtime: Runtime): Continuation | undefined {
    const { condition, continuation } = this.#parts;
    const match = condition.match(runtime);
    if (match === undefined) return undefined;
    const { file, id } = this.#place;
    const description = bindText(this.#parts.description, match, runtime);
    const key = operationKey(file, id, description);
    const { operations, time } = runtime;
    let operation = operations.get(key);
    if (operation instanceof TwoThresholdsOperation && operation.dueAt <= time) {
      operation.expire(runtime);
      operation = operations.get(key);
    }
    if (!(operation instanceof TwoThresholdsOperation)) {
      operation = new TwoThresholdsOperation({
        ...this.#parts,
        key,
        file,
        ruleId: id,
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
}

type TwoThresholdsFields = Omit<TwoThresholdsParts, 'condition' | 'continuation'> & {
  readonly key: ByteString;
  readonly file: string;
  readonly ruleId: number;
  readonly windowStart: number;
};

/** Counts up to the first threshold, then watches until no more than the second come. */
class TwoThresholdsOperation implements Operation {
  readonly key: ByteString;
  readonly file: string;
  readonly ruleId: number;
  windowStart: number;
  readonly #startedAt: number;
  readonly #fields: TwoThresholdsFields;
  #times: number[] = [];
  #rising = true;

  constructor(fields: TwoThresholdsFields) {
    this.key = fields.key;
    this.file = fields.file;
    this.ruleId = fields.ruleId;
    this.windowStart = fields.windowStart;
    this.#startedAt = fields.windowStart;
    this.#fields = fields;
  }

  get dueAt(): number {
    const { window, window2 } = this.#fields;
    return this.windowStart + (this.#rising ? window : window2) + 1;
  }

  /** Takes the event of now. */
  count(runtime: Runtime): void {
    if (this.#rising) this.#countRising(runtime);
    else this.#countFalling(runtime.time);
    runtime.operations.reschedule(this);
  }

  expire(runtime: Runtime): void {
    const { window, actions2, description2 } = this.#fields;
    if (!this.#rising) {
      this.#run(actions2, description2, runtime);
      runtime.operations.remove(this);
      return;
    }
    this.#times = this.#times.filter((time) => time >= runtime.time - window);
    const [oldest] = this.#times;
    if (oldest === undefined) {
      runtime.operations.remove(this);
      return;
    }
    this.windowStart = oldest;
    runtime.operations.reschedule(this);
  }

  details(): OperationDetails {
    const { window, window2, description, description2, actions, actions2 } = this.#fields;
    return {
      startedAt: this.#startedAt,
      window: this.#rising ? window : window2,
      texts: { desc: description, desc2: description2 },
      actions: { action: actions, action2: actions2 },
      status: `checking for ${this.#rising ? '1st' : '2nd'} threshold`,
      events: this.#times.map((time) => ({ time })),
    };
  }

  moveWindow(windowStart: number, runtime: Runtime): void {
    this.windowStart = windowStart;
    this.#times = this.#times.filter((time) => time >= windowStart);
    if (this.#times.length === 0 && this.#rising) runtime.operations.remove(this);
    else runtime.operations.reschedule(this);
  }

  #countRising(runtime: Runtime): void {
    const { threshold, actions, description } = this.#fields;
    this.#times.push(runtime.time);
    if (this.#times.length < threshold) return;
    this.#rising = false;
    this.#times = [];
    this.windowStart = runtime.time;
    runtime.operations.reschedule(this);
    this.#run(actions, description, runtime);
  }

  /** The window always begins with the oldest event that may still be among the allowed ones. */
  #countFalling(now: number): void {
    this.#times.push(now);
    if (this.#times.length <= this.#fields.threshold2) return;
    this.#times.shift();
    this.windowStart = this.#times[0] ?? now;
  }

  #run(actions: readonly Action[], description: ByteString, runtime: Runtime): void {
    const { file, ruleId } = this.#fields;
    runActions(actions, { runtime, description, origin: { file, ruleId } });
  }
}
