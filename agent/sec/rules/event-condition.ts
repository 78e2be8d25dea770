import { type ContextCondition, mapOperands } from '../contexts/context-expression.ts';
import { evaluateContext } from '../contexts/evaluate-context.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Pattern } from '../patterns/pattern.ts';
import type { Match } from '../substitute/match.ts';
import { substituteMatch } from '../substitute/match-variables.ts';

/** What a line must be for a rule to apply: its pattern, and its context expression. */
export class EventCondition {
  readonly pattern: Pattern;
  readonly #context: ContextCondition | undefined;

  constructor(pattern: Pattern, context: ContextCondition | undefined) {
    this.pattern = pattern;
    this.#context = context;
  }

  /** The match of the current line, when the context expression holds too. */
  match(runtime: Runtime): Match | undefined {
    const context = this.#context;
    if (context?.beforePattern && !evaluateContext(context.expression, runtime)) return undefined;
    const match = this.pattern.match(runtime.line, runtime);
    if (match === undefined || context === undefined || context.beforePattern) return match;
    const expression = match.substitutes
      ? mapOperands(context.expression, (text) => substituteMatch(text, match, runtime.matchCache))
      : context.expression;
    return evaluateContext(expression, runtime) ? match : undefined;
  }
}
