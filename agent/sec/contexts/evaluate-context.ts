import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { PerlOutcome } from '../perl/perl.ts';
import { callWithSets, callWithWords } from '../perl/perl-calls.ts';
import { isTrue } from '../perl/truth.ts';
import type { ContextExpression } from './context-expression.ts';
import { findContext } from './find-context.ts';

/** Whether an expression holds now. Its operands have no match variables any more. */
export function evaluateContext(expression: ContextExpression, runtime: Runtime): boolean {
  switch (expression.kind) {
    case 'context':
      return findContext(expression.name, runtime) !== undefined;
    case 'varset':
      return runtime.matchCache.has(expression.name);
    case 'code': {
      const { code } = expression;
      const outcome = runtime.perl?.evaluate(code, 'scalar') ?? { values: [] };
      return truthOf(outcome, `Error evaluating code '${code}'`, runtime);
    }
    case 'call': {
      const outcome = callWithWords(expression.code, expression.parameters, 'scalar', runtime);
      return truthOf(outcome, runtimeError, runtime, '\n');
    }
    case 'call with sets': {
      const outcome = callWithSets(expression.code, expression.parameters, 'scalar', runtime);
      return truthOf(outcome, runtimeError, runtime, '\n');
    }
    case 'not':
      return !evaluateContext(expression.operand, runtime);
    case 'and':
      return (
        evaluateContext(expression.left, runtime) && evaluateContext(expression.right, runtime)
      );
    case 'or':
      return (
        evaluateContext(expression.left, runtime) || evaluateContext(expression.right, runtime)
      );
  }
}

const runtimeError = 'Context expression runtime error';

function truthOf(
  outcome: PerlOutcome,
  failure: ByteString,
  runtime: Runtime,
  end: ByteString = '',
): boolean {
  if ('fault' in outcome) {
    runtime.host.log(2, `${failure}: ${outcome.fault}${end}`);
    return false;
  }
  return isTrue(outcome.values[0]);
}
