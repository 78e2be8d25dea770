import { splitFirstWord, wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { needsPerl } from '../perl/needs-perl.ts';
import type { PerlOutcome, PerlValue } from '../perl/perl.ts';
import { callWithSets } from '../perl/perl-calls.ts';
import { compilePerlFunction, PerlFunction } from '../perl/perl-function.ts';
import { textOfValue } from '../substitute/action-variables.ts';
import type { ActionKind, ActionReader, ActionRun } from './action.ts';
import { expand, plain } from './expand.ts';
import { textOr } from './parameter-text.ts';
import { takeVariable } from './variable-name.ts';

/**
 * Puts what Perl code gave into a variable; after a fault the variable is as it was.
 * @param end of the message about a fault: SEC keeps the newline of some
 */
function setFromOutcome(
  variable: ByteString,
  outcome: PerlOutcome,
  failure: ByteString,
  { runtime }: ActionRun,
  end: ByteString = '',
): undefined {
  if ('fault' in outcome) {
    runtime.host.log(2, `${failure}: ${outcome.fault}${end}`);
    return;
  }
  const value = variableValue(outcome.values);
  runtime.variables.set(variable, value);
  runtime.host.detail?.(
    outcome.values.length === 0
      ? `No value received for variable '%${variable}', set to undef`
      : `Variable '%${variable}' set to '${textOfValue(value) ?? ''}'`,
  );
}

function tellCall(code: ByteString, variable: ByteString, { runtime }: ActionRun): void {
  runtime.host.detail?.(`Calling code '${code}' and setting variable '%${variable}'`);
}

/** One value stays what it is, several become lines of a text, none is unset. */
function variableValue(values: readonly PerlValue[]): PerlValue {
  if (values.length <= 1) return values[0];
  return values.map((value) => textOfValue(value) ?? '').join('\n');
}

const evaluate: ActionKind = {
  name: 'eval',
  run([variable, codeText], run) {
    const code = expand(codeText, run);
    run.runtime.host.detail?.(
      `Evaluating code '${code}' and setting variable '%${plain(variable)}'`,
    );
    const outcome = run.runtime.perl?.evaluate(code, 'list') ?? { values: [] };
    return setFromOutcome(plain(variable), outcome, `Error evaluating code '${code}'`, run);
  },
};

const call: ActionKind = {
  name: 'call',
  run([variable, codeVariable, ...words], run) {
    const { perl, variables, host } = run.runtime;
    const name = plain(codeVariable);
    tellCall(`%${name}->()`, plain(variable), run);
    const code = variables.get(name);
    if (typeof code !== 'object' || code.type !== 'CODE' || perl === undefined) {
      host.log(3, `Variable '%${name}' is not a code reference`);
      return undefined;
    }
    const parameters = words.map((word) => expand(word, run));
    const outcome = perl.call(code, parameters, 'list');
    return setFromOutcome(plain(variable), outcome, `Code '%${name}->()' runtime error`, run, '\n');
  },
};

const lcall: ActionKind = {
  name: 'lcall',
  run([variable, code, ...words], run) {
    const { perl } = run.runtime;
    if (!(code instanceof PerlFunction) || perl === undefined) return undefined;
    tellCall(code.text, plain(variable), run);
    const parameters = words.map((word) => expand(word, run));
    const outcome = code.call(perl, parameters, 'list');
    return setFromOutcome(plain(variable), outcome, `Code '${code.text}' runtime error`, run, '\n');
  },
};

const lcallWithSets: ActionKind = {
  name: 'lcall',
  savedAs: 'lcall :>',
  run([variable, code, ...names], run) {
    if (!(code instanceof PerlFunction)) return undefined;
    tellCall(code.text, plain(variable), run);
    const entries = names.map((name) => expand(name, run)).join(' ');
    const outcome = callWithSets(code, entries, 'list', run.runtime);
    return setFromOutcome(plain(variable), outcome, `Code '${code.text}' runtime error`, run, '\n');
  },
};

/** `eval %VARIABLE CODE`: the code is a text with variables, compiled when it runs. */
export const readEval: ActionReader = (parameter, { language }) => {
  const variable = takeVariable(parameter);
  const source = splitFirstWord(parameter ?? '')[1];
  if (variable === undefined || source === undefined) {
    return { hint: 'expected: eval %VARIABLE CODE' };
  }
  if ('fault' in variable) return variable;
  if (language.perl === undefined) return needsPerl(`action 'eval'`);
  return { action: { kind: evaluate, parameters: [variable.name, textOr(source, '')] } };
};

/** `call %VARIABLE %CODE [PARAMETERS]`: calls a code reference that a variable holds. */
export const readCall: ActionReader = (parameter, { language }) => {
  const variable = takeVariable(parameter);
  const code = takeVariable(splitFirstWord(parameter ?? '')[1]);
  if (variable === undefined || code === undefined) {
    return { hint: 'expected: call %VARIABLE %CODE [PARAMETERS]' };
  }
  if ('fault' in variable) return variable;
  if ('fault' in code) return code;
  if (language.perl === undefined) return needsPerl(`action 'call'`);
  const words = wordsOf(textOr(code.rest, ''));
  return { action: { kind: call, parameters: [variable.name, code.name, ...words] } };
};

/** `lcall %VARIABLE [PARAMETERS] -> CODE`, or `:> CODE` for sets of match variables. */
export const readLcall: ActionReader = (parameter, { language }) => {
  const parts = /^([\s\S]*?)(->|:>)([\s\S]+)$/.exec(parameter ?? '');
  const variable = takeVariable(parts?.[1]);
  if (variable === undefined || parts === null) {
    return { hint: 'expected: lcall %VARIABLE [PARAMETERS] -> CODE' };
  }
  if ('fault' in variable) return variable;
  if (language.perl === undefined) return needsPerl(`action 'lcall'`);
  const source = textOr(parts[3], '');
  const code = compilePerlFunction(source, language.perl);
  if (!(code instanceof PerlFunction)) {
    const fault = `Eval '${source}' didn't return a code reference: ${code.fault}`;
    return { fault, hint: 'expected: lcall %VARIABLE [PARAMETERS] -> sub { ... }' };
  }
  const kind = parts[2] === ':>' ? lcallWithSets : lcall;
  const words = wordsOf(textOr(variable.rest, ''));
  return { action: { kind, parameters: [variable.name, code, ...words] } };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [evaluate, call, lcall, lcallWithSets];
