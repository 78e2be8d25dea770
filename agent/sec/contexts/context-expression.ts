import type { ByteString } from '../../../protocol/byte-string.ts';
import type { PerlFunction } from '../perl/perl-function.ts';

/** A context expression: what has to hold for a rule to apply. */
export type ContextExpression =
  /** A context of this name exists. */
  | { readonly kind: 'context'; readonly name: ByteString }
  /** A varmap has used this name for the line. */
  | { readonly kind: 'varset'; readonly name: ByteString }
  /** `=( CODE )`: Perl code gives a true value. */
  | { readonly kind: 'code'; readonly code: ByteString }
  /** `PARAMETERS -> CODE`: a function, called with words, gives a true value. */
  | { readonly kind: 'call'; readonly parameters: ByteString; readonly code: PerlFunction }
  /** `NAMES :> CODE`: the same, called with sets of match variables. */
  | {
      readonly kind: 'call with sets';
      readonly parameters: ByteString;
      readonly code: PerlFunction;
    }
  | { readonly kind: 'not'; readonly operand: ContextExpression }
  | { readonly kind: 'and'; readonly left: ContextExpression; readonly right: ContextExpression }
  | { readonly kind: 'or'; readonly left: ContextExpression; readonly right: ContextExpression };

/** The value of a `context` keyword. */
export interface ContextCondition {
  readonly expression: ContextExpression;
  /** `[EXPRESSION]`: looked at before the pattern, without match variables. */
  readonly beforePattern: boolean;
}

/** The expression with the texts of its operands changed; its shape and its functions stay. */
export function mapOperands(
  expression: ContextExpression,
  change: (text: ByteString) => ByteString,
): ContextExpression {
  switch (expression.kind) {
    case 'context':
    case 'varset':
      return { ...expression, name: change(expression.name) };
    case 'code':
      return { ...expression, code: change(expression.code) };
    case 'call':
    case 'call with sets':
      return { ...expression, parameters: change(expression.parameters) };
    case 'not':
      return { ...expression, operand: mapOperands(expression.operand, change) };
    case 'and':
    case 'or':
      return {
        ...expression,
        left: mapOperands(expression.left, change),
        right: mapOperands(expression.right, change),
      };
  }
}

/** The texts of all operands, in the order in which `mapOperands` changes them. */
export function operandTexts(expression: ContextExpression): readonly ByteString[] {
  const texts: ByteString[] = [];
  mapOperands(expression, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}
