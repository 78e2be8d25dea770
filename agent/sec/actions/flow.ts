import { isTrue } from '../perl/truth.ts';
import type { Action, ActionKind, ActionReadContext, ActionReader } from './action.ts';
import { listOf, plain } from './expand.ts';
import { closingParenthesis } from './parameter-text.ts';
import { runActions } from './run-actions.ts';
import { takeVariable } from './variable-name.ts';

const choose: ActionKind = {
  name: 'if',
  run([variable, whenTrue, whenFalse], run) {
    const value = run.runtime.variables.get(plain(variable));
    return runActions(listOf(isTrue(value) ? whenTrue : whenFalse), run);
  },
};

const repeat: ActionKind = {
  name: 'while',
  run([variable, list], run) {
    const { variables } = run.runtime;
    while (isTrue(variables.get(plain(variable)))) {
      if (runActions(listOf(list), run) === 'break') break;
    }
    return undefined;
  },
};

const leave: ActionKind = { name: 'break', run: () => 'break' };
const skip: ActionKind = { name: 'continue', run: () => 'continue' };

/** `if %VARIABLE ( LIST ) [else ( LIST )]` */
export const readIf: ActionReader = (parameter, context) => {
  const hint = 'expected: if %VARIABLE ( LIST ) [else ( LIST )]';
  const parts = /^(%(?:\w+|\{\w+\}))\s*(\([\s\S]*)$/.exec(parameter ?? '');
  const variable = takeVariable(parts?.[1]);
  const text = parts?.[2];
  if (variable === undefined || text === undefined) return { hint };
  const end = closingParenthesis(text, 0);
  const rest = text.slice(end + 1).trim();
  const whenTrue = readNested(text.slice(0, end + 1), context);
  if (whenTrue === undefined) return { hint };
  if ('faults' in whenTrue) return whenTrue;
  if (rest === '')
    return { action: { kind: choose, parameters: [variable.name, whenTrue.actions] } };
  const whenFalse = readNested(/^else\s*(\([\s\S]*\))$/i.exec(rest)?.[1], context);
  if (whenFalse === undefined) return { hint };
  if ('faults' in whenFalse) return whenFalse;
  const lists: (readonly Action[])[] = [whenTrue.actions, whenFalse.actions];
  return { action: { kind: choose, parameters: [variable.name, ...lists] } };
};

/** `while %VARIABLE ( LIST )` */
export const readWhile: ActionReader = (parameter, context) => {
  const parts = /^(%(?:\w+|\{\w+\}))\s*(\([\s\S]*)$/.exec(parameter ?? '');
  const variable = takeVariable(parts?.[1]);
  const list = readNested(parts?.[2], context);
  if (variable === undefined || list === undefined) {
    return { hint: 'expected: while %VARIABLE ( LIST )' };
  }
  if ('faults' in list) return list;
  return { action: { kind: repeat, parameters: [variable.name, list.actions] } };
};

/** `break`: leaves the loop; outside of one it ends the whole list. */
export const readBreak: ActionReader = (parameter) =>
  parameter === undefined
    ? { action: { kind: leave, parameters: [] } }
    : { hint: 'break takes no parameter' };

/** `continue`: goes on with the next round of the loop; outside of one it ends the whole list. */
export const readContinue: ActionReader = (parameter) =>
  parameter === undefined
    ? { action: { kind: skip, parameters: [] } }
    : { hint: 'continue takes no parameter' };

/** A list that stands in parentheses; undefined when the text is no such list. */
function readNested(text: string | undefined, { readList }: ActionReadContext) {
  if (text === undefined || closingParenthesis(text, 0) !== text.length - 1) return undefined;
  return readList(text.slice(1, -1));
}

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [choose, repeat, leave, skip];
