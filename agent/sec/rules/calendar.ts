import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { ContextCondition } from '../contexts/context-expression.ts';
import { evaluateContext } from '../contexts/evaluate-context.ts';
import type { Rule } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { CalendarTime } from './calendar-time.ts';
import { allParts, type RulePlace, type RuleType } from './rule-type.ts';

/** `type=Calendar`: acts at certain minutes. */
export const calendarType: RuleType = {
  name: 'CALENDAR',
  mandatory: ['time', 'desc', 'action'],
  optional: ['context'],
  read(keywords, place) {
    const parts = allParts<CalendarParts>({
      time: keywords.calendarTime('time'),
      context: keywords.context('context'),
      description: keywords.text('desc'),
      actions: keywords.actions('action'),
    });
    return parts && new CalendarRule(place, parts);
  },
};

interface CalendarParts {
  readonly time: CalendarTime;
  readonly context: ContextCondition | 'none';
  readonly description: ByteString;
  readonly actions: readonly Action[];
}

class CalendarRule implements Rule {
  readonly id: number;
  readonly line: number;
  readonly windowLines = 1;
  readonly looksFor = [];
  readonly #place: RulePlace;
  readonly #parts: CalendarParts;
  /** The minute of the wall clock in which it acted last: one that comes twice in a night counts once. */
  memory: ByteString = '';

  constructor(place: RulePlace, parts: CalendarParts) {
    this.id = place.id;
    this.line = place.line;
    this.#place = place;
    this.#parts = parts;
  }

  /** Lines are no matter of this rule. */
  process(): undefined {
    return undefined;
  }

  nextTickAt(time: number): number {
    const minute = this.#parts.time.minuteOf(time);
    if (minute !== undefined && minute !== this.memory) return time + 1;
    return time + 60 - new Date(time * 1000).getSeconds();
  }

  tick(runtime: Runtime): boolean {
    const { time, context, description, actions } = this.#parts;
    const minute = time.minuteOf(runtime.time);
    if (minute === undefined || minute === this.memory) return false;
    if (context !== 'none' && !evaluateContext(context.expression, runtime)) return false;
    this.memory = minute;
    runActions(actions, {
      runtime,
      description,
      origin: { file: this.#place.file, ruleId: this.id },
    });
    return true;
  }
}
