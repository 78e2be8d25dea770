import { hasBlank, trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { closingParenthesis, isEscapedParenthesis } from '../actions/parameter-text.ts';
import { needsPerl } from '../perl/needs-perl.ts';
import type { PerlSource } from '../perl/perl.ts';
import { compilePerlFunction, PerlFunction } from '../perl/perl-function.ts';
import type { Fault } from '../rule-file/fault.ts';
import type { ContextCondition, ContextExpression } from './context-expression.ts';

/** What was wrong with a context expression, the last one being SEC's summary. */
export type ContextReading =
  | { readonly condition: ContextCondition }
  | { readonly faults: readonly Fault[] };

/** Reads the value of a `context` keyword. */
export function readContextCondition(source: ByteString, perlSource: PerlSource): ContextReading {
  const beforePattern = /^\[[\s\S]*\]$/.test(source);
  const text = beforePattern ? trimBlanks(source.slice(1, -1)) : source;
  const reader = new ExpressionReader(text, perlSource);
  const expression = reader.read();
  if (expression === undefined) {
    const fault = `Invalid context expression ' ${text} '`;
    const hint = 'expected names of contexts with !, &&, || and parentheses';
    // Where something has been found already, that is what to look at.
    if (reader.faults.length === 0) return { faults: [{ fault, hint }] };
    return { faults: [...reader.faults, { fault, isSummary: true }] };
  }
  return { condition: { expression, beforePattern } };
}

/** A recursive-descent parser: `||` binds least, then `&&`, then `!`. */
class ExpressionReader {
  readonly faults: Fault[] = [];
  readonly #text: ByteString;
  readonly #perlSource: PerlSource;
  #at = 0;

  constructor(text: ByteString, perlSource: PerlSource) {
    this.#text = text;
    this.#perlSource = perlSource;
  }

  /** The whole text as one expression; undefined when it is none. */
  read(): ContextExpression | undefined {
    const expression = this.#readOr();
    this.#skipBlanks();
    return this.#at === this.#text.length ? expression : undefined;
  }

  #readOr(): ContextExpression | undefined {
    let left = this.#readAnd();
    while (left !== undefined && this.#takeOperator('||')) {
      const right = this.#readAnd();
      left = right && { kind: 'or', left, right };
    }
    return left;
  }

  #readAnd(): ContextExpression | undefined {
    let left = this.#readNot();
    while (left !== undefined && this.#takeOperator('&&')) {
      const right = this.#readNot();
      left = right && { kind: 'and', left, right };
    }
    return left;
  }

  /** @param start where the first `!` before it stands */
  #readNot(start?: number): ContextExpression | undefined {
    this.#skipBlanks();
    const from = start ?? this.#at;
    if (this.#text[this.#at] !== '!') return this.#readOperand(from);
    this.#at++;
    const operand = this.#readNot(from);
    return operand && { kind: 'not', operand };
  }

  #readOperand(start: number): ContextExpression | undefined {
    this.#skipBlanks();
    const group = this.#text[this.#at] === '(' ? closingParenthesis(this.#text, this.#at) : -1;
    // `(a b) -> CODE` begins with a parenthesis too: a group ends before an operator or the end.
    if (group >= 0 && /^[\t\n\v\f\r ]*(?:&&|\|\||$)/.test(this.#text.slice(group + 1))) {
      const inner = new ExpressionReader(this.#text.slice(this.#at + 1, group), this.#perlSource);
      this.#at = group + 1;
      const expression = inner.read();
      this.faults.push(...inner.faults);
      return expression;
    }
    const end = this.#operandEnd();
    if (end === undefined) return undefined;
    const operand = trimBlanks(this.#text.slice(this.#at, end));
    this.#at = end;
    return this.#interpret(operand, trimBlanks(this.#text.slice(start, end)));
  }

  /** Where the operand ends: at an operator outside parentheses, or at the end; undefined for `a)`. */
  #operandEnd(): number | undefined {
    let depth = 0;
    let index = this.#at;
    for (; index < this.#text.length; index++) {
      const character = this.#text[index];
      if (isEscapedParenthesis(this.#text, index)) index++;
      else if (character === '(') depth++;
      else if (character === ')') depth--;
      else if (depth === 0 && /^(?:&&|\|\|)/.test(this.#text.slice(index, index + 2))) break;
      if (depth < 0) return undefined;
    }
    return depth === 0 ? index : undefined;
  }

  /** @param shown what messages call it: the operand with the `!` before it */
  #interpret(operand: ByteString, shown: ByteString): ContextExpression | undefined {
    const { masked, groups } = maskGroups(operand);
    if (masked.startsWith('=')) return this.#readCode(trimBlanks(masked.slice(1)), groups, shown);
    const call = /^([\s\S]*?)(->|:>)([\s\S]+)$/.exec(masked);
    if (call) {
      // Parameters that are one group are what stands in it, and so is the code.
      const take = (text: ByteString) => (text === mask ? (groups.shift() ?? '') : text);
      const parameters = take(trimBlanks(call[1] ?? ''));
      const code = plainParentheses(take(trimBlanks(call[3] ?? '')));
      return this.#readCall(parameters, call[2] === ':>', code);
    }
    const varset = /^varset[\t\n\v\f\r ]+([\s\S]+)$/.exec(masked);
    const word = varset?.[1] ?? masked;
    if (word === '' || hasBlank(word)) return undefined;
    if (varset && word === mask) return { kind: 'varset', name: groups[0] ?? '' };
    if (groups.length > 0) return this.#failGroups(groups, shown);
    if (varset) return { kind: 'varset', name: word };
    return { kind: 'context', name: plainParentheses(word) };
  }

  #readCode(
    text: ByteString,
    groups: readonly ByteString[],
    shown: ByteString,
  ): ContextExpression | undefined {
    if (this.#perlSource.perl === undefined)
      return this.#fail(needsPerl(`context expression '${shown}'`));
    const [only = ''] = groups;
    if (text === mask) return { kind: 'code', code: plainParentheses(only) };
    if (groups.length > 0) return this.#failGroups(groups, shown);
    return { kind: 'code', code: plainParentheses(text) };
  }

  #failGroups(groups: readonly ByteString[], shown: ByteString): undefined {
    for (const group of groups) {
      const fault = `Unexpected subexpression '${group}' in '${shown}'`;
      this.#fail({ fault, nameless: true });
    }
  }

  #readCall(
    parameters: ByteString,
    withSets: boolean,
    source: ByteString,
  ): ContextExpression | undefined {
    const { perl } = this.#perlSource;
    if (perl === undefined) return this.#fail(needsPerl(`context expression '${source}'`));
    const code = compilePerlFunction(source, perl);
    if (!(code instanceof PerlFunction)) {
      return this.#fail({
        fault: `Eval '${source}' didn't return a code reference: ${code.fault}`,
        hint: `expected PARAMETERS ${withSets ? ':>' : '->'} sub { ... }`,
        nameless: true,
      });
    }
    const kind = withSets ? 'call with sets' : 'call';
    return { kind, parameters: plainParentheses(trimBlanks(parameters)), code };
  }

  #fail(fault: Fault): undefined {
    this.faults.push(fault);
  }

  #takeOperator(operator: '&&' | '||'): boolean {
    this.#skipBlanks();
    if (!this.#text.startsWith(operator, this.#at)) return false;
    this.#at += 2;
    return true;
  }

  #skipBlanks(): void {
    while (/[\t\n\v\f\r ]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }
}

/** Stands for a group in parentheses. */
const mask = '\0';

/** A text with a mask instead of each group in parentheses, and what stands in the groups. */
function maskGroups(text: ByteString): { masked: ByteString; groups: ByteString[] } {
  const groups: ByteString[] = [];
  let masked = '';
  for (let index = 0; index < text.length; index++) {
    if (isEscapedParenthesis(text, index)) {
      masked += text.slice(index, index + 2);
      index++;
      continue;
    }
    const end = text[index] === '(' ? closingParenthesis(text, index) : -1;
    masked += end < 0 ? (text[index] ?? '') : mask;
    if (end < 0) continue;
    groups.push(text.slice(index + 1, end));
    index = end;
  }
  return { masked, groups };
}

function plainParentheses(text: ByteString): ByteString {
  return text.replace(/\\([()])/g, '$1');
}
