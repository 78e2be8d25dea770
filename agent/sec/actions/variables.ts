import type { ActionKind, ActionReader } from './action.ts';
import { shellQuote } from './commands.ts';
import { expand, plain } from './expand.ts';
import { textOr } from './parameter-text.ts';
import { takeVariable, variableAndWord } from './variable-name.ts';

const assign: ActionKind = {
  name: 'assign',
  run([variable, text], run) {
    const value = expand(text, run);
    run.runtime.variables.set(plain(variable), value);
    run.runtime.host.log(6, `Variable '%${plain(variable)}' set to '${value}'`);
    return undefined;
  },
};

const assignsq: ActionKind = {
  name: 'assignsq',
  run([variable, text], run) {
    run.runtime.variables.set(plain(variable), shellQuote(expand(text, run)));
    return undefined;
  },
};

const free: ActionKind = {
  name: 'free',
  run([variable], run) {
    run.runtime.variables.delete(plain(variable));
    return undefined;
  },
};

const varset: ActionKind = {
  name: 'varset',
  run([variable, entry], run) {
    const { matchCache, variables } = run.runtime;
    variables.set(plain(variable), matchCache.has(expand(entry, run)) ? '1' : '0');
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
  if (variable === undefined || /\s/.test(parameter ?? ''))
    return { hint: 'expected: free %VARIABLE' };
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
