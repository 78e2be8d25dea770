import {
  type ContextCondition,
  type ContextExpression,
  mapOperands,
} from '../contexts/context-expression.ts';
import { evaluateContext } from '../contexts/evaluate-context.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Pattern } from '../patterns/pattern.ts';
import type { SoughtEvent } from '../prefilter/sought-event.ts';
import type { Match } from '../substitute/match.ts';
import { substituteMatch } from '../substitute/match-variables.ts';

/** What a line must be for a rule to apply: its pattern, and its context expression. */
export class EventCondition {
  readonly pattern: Pattern;
  readonly #context: ContextCondition | undefined;
  /** Operands of the context expression change with the match. */
  readonly #hasVariables: boolean;

  constructor(pattern: Pattern, context: ContextCondition | undefined) {
    this.pattern = pattern;
    this.#context = context;
    this.#hasVariables = context !== undefined && hasVariables(context);
  }

  /** What is looked for, as far as it tells which lines can be left out. */
  get sought(): SoughtEvent {
    const { need, cacheEntries = [] } = this.pattern;
    const beforePattern = effectOf(this.#context);
    return { need, cacheEntries, beforePattern, whileOperations: false };
  }

  /** The match of the current line, when the context expression holds too. */
  match(runtime: Runtime): Match | undefined {
    const context = this.#context;
    if (context?.beforePattern && !evaluateContext(context.expression, runtime)) return undefined;
    const match = this.pattern.match(runtime.line, runtime);
    if (match === undefined || context === undefined || context.beforePattern) return match;
    const expression =
      match.substitutes && this.#hasVariables
        ? mapOperands(context.expression, (text) =>
            substituteMatch(text, match, runtime.matchCache),
          )
        : context.expression;
    return evaluateContext(expression, runtime) ? match : undefined;
  }
}

/** Whether an operand holds what may be a variable. */
function hasVariables({ expression }: ContextCondition): boolean {
  let found = false;
  mapOperands(expression, (text) => {
    if (text.includes('$')) found = true;
    return text;
  });
  return found;
}

/** What looking at a context expression before the pattern can do. */
export function effectOf(condition: ContextCondition | undefined): SoughtEvent['beforePattern'] {
  if (!condition?.beforePattern) return 'nothing';
  return effectOfExpression(condition.expression);
}

function effectOfExpression(expression: ContextExpression): SoughtEvent['beforePattern'] {
  switch (expression.kind) {
    case 'context':
      return 'contexts';
    case 'varset':
      return 'nothing';
    case 'code':
    case 'call':
    case 'call with sets':
      return 'code';
    case 'not':
      return effectOfExpression(expression.operand);
    case 'and':
    case 'or': {
      const effects = [expression.left, expression.right].map(effectOfExpression);
      if (effects.includes('code')) return 'code';
      return effects.includes('contexts') ? 'contexts' : 'nothing';
    }
  }
}
