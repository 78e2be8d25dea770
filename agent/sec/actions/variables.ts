import { hasBlank } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { ActionKind, ActionReader, ActionRun } from './action.ts';
import { shellQuote } from './commands.ts';
import { expand, plain } from './expand.ts';
import { textOr } from './parameter-text.ts';
import { takeVariable, variableAndWord } from './variable-name.ts';

const assign: ActionKind = {
  name: 'assign',
  run([variable, text], run) {
    assignText(plain(variable), expand(text, run), run);
    return undefined;
  },
};

const assignsq: ActionKind = {
  name: 'assignsq',
  run([variable, text], run) {
    assignText(plain(variable), shellQuote(expand(text, run)), run);
    return undefined;
  },
};

const free: ActionKind = {
  name: 'free',
  run([variable], run) {
    const { variables, host } = run.runtime;
    host.detail?.(`Freeing variable '%${plain(variable)}'`);
    variables.delete(plain(variable));
    return undefined;
  },
};

const varset: ActionKind = {
  name: 'varset',
  run([variable, entry], run) {
    const { matchCache, host } = run.runtime;
    const name = expand(entry, run);
    host.detail?.(`Checking the presence of pattern match cache entry '${name}'`);
    setVariable(plain(variable), matchCache.has(name) ? '1' : '0', run);
    return undefined;
  },
};

/** `assign %VARIABLE [TEXT]` */
export const readAssign = setting(assign);
/** `assignsq %VARIABLE [TEXT]`: the text as one word of a shell command. */
export const readAssignsq = setting(assignsq);

/** `free %VARIABLE` */
export const readFree: ActionReader = (parameter) => {
  const variable = takeVariable(parameter);
  if (variable === undefined || hasBlank(parameter ?? '')) {
    return { hint: 'expected: free %VARIABLE' };
  }
  if ('fault' in variable) return variable;
  return { action: { kind: free, parameters: [variable.name] } };
};

/** `varset %VARIABLE ENTRY`: 1 when a varmap has used that name for the line, otherwise 0. */
export const readVarset: ActionReader = (parameter) => {
  const [variable, entry] = variableAndWord(parameter);
  if (variable === undefined) return { hint: 'expected: varset %VARIABLE ENTRY' };
  if ('fault' in variable) return variable;
  return { action: { kind: varset, parameters: [variable.name, entry] } };
};

function assignText(variable: ByteString, text: ByteString, { runtime }: ActionRun): void {
  runtime.host.detail?.(`Assigning '${text}' to variable '%${variable}'`);
  runtime.variables.set(variable, text);
}

/** Gives a variable what an action has found out. */
export function setVariable(variable: ByteString, value: ByteString, { runtime }: ActionRun): void {
  runtime.variables.set(variable, value);
  runtime.host.detail?.(`Variable '%${variable}' set to '${value}'`);
}

function setting(kind: ActionKind): ActionReader {
  return (parameter) => {
    const variable = takeVariable(parameter);
    if (variable === undefined) return { hint: `expected: ${kind.name} %VARIABLE [TEXT]` };
    if ('fault' in variable) return variable;
    return { action: { kind, parameters: [variable.name, textOr(variable.rest, '%s')] } };
  };
}

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [assign, assignsq, free, varset];
