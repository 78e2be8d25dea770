import type { Continuation, Rule } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { SoughtEvent } from '../prefilter/sought-event.ts';
import type { EventCondition } from './event-condition.ts';
import type { RuleType } from './rule-type.ts';

/** `type=Suppress`: a line that matches goes no further in this rule file. */
export const suppressType: RuleType = {
  name: 'SUPPRESS',
  mandatory: ['ptype', 'pattern'],
  optional: ['varmap', 'context', 'desc'],
  read(keywords, { id, line }) {
    const condition = keywords.condition();
    return condition && new SuppressRule(id, line, condition);
  },
};

class SuppressRule implements Rule {
  readonly id: number;
  readonly line: number;
  readonly windowLines: number;
  readonly looksFor: readonly SoughtEvent[];
  readonly #condition: EventCondition;

  constructor(id: number, line: number, condition: EventCondition) {
    this.id = id;
    this.line = line;
    this.windowLines = condition.pattern.lines;
    this.looksFor = [condition.sought];
    this.#condition = condition;
  }

  process(runtime: Runtime): Continuation | undefined {
    return this.#condition.match(runtime) && { kind: 'end file' };
  }
}
