import type { LineEvent } from '../engine/line-event.ts';
import type { Continuation, Rule } from '../engine/rule.ts';
import type { Pattern } from '../patterns/pattern.ts';
import type { RuleType } from './rule-type.ts';

/** `type=Suppress`: a line that matches goes no further in this rule file. */
export const suppressType: RuleType = {
  name: 'SUPPRESS',
  mandatory: ['ptype', 'pattern'],
  optional: ['varmap', 'context', 'desc'],
  read(keywords, id) {
    const pattern = keywords.pattern();
    return pattern && new SuppressRule(id, keywords.line, pattern);
  },
};

class SuppressRule implements Rule {
  readonly id: number;
  readonly line: number;
  readonly #pattern: Pattern;

  constructor(id: number, line: number, pattern: Pattern) {
    this.id = id;
    this.line = line;
    this.#pattern = pattern;
  }

  process(event: LineEvent): Continuation | undefined {
    return this.#pattern.match(event) && { kind: 'end file' };
  }
}
