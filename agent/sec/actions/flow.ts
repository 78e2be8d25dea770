import { splitFirstWord } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { PerlValue } from '../perl/perl.ts';
import { isTrue } from '../perl/truth.ts';
import type { ActionKind, ActionParameter, ActionReader, ActionRun } from './action.ts';
import { listOf, plain } from './expand.ts';
import { closingParenthesis } from './parameter-text.ts';
import { runActions } from './run-actions.ts';
import { takeVariable } from './variable-name.ts';

const choose: ActionKind = {
  name: 'if',
  run([variable, whenTrue, whenFalse], run) {
    const list = isTrue(askedValue(variable, run)) ? whenTrue : whenFalse;
    return runActions(listOf(list), run);
  },
};

const repeat: ActionKind = {
  name: 'while',
  run([variable, list], run) {
    while (isTrue(askedValue(variable, run))) {
      if (runActions(listOf(list), run) === 'break') break;
    }
    return undefined;
  },
};

function askedValue(variable: ActionParameter | undefined, run: ActionRun): PerlValue {
  return run.runtime.variables.asked(plain(variable));
}

const leave: ActionKind = { name: 'break', run: () => 'break' };
const skip: ActionKind = { name: 'continue', run: () => 'continue' };

/** `if %VARIABLE ( LIST ) [else ( LIST )]` */
export const readIf: ActionReader = (parameter, context) => {
  const listHint = 'expected: if %VARIABLE ( LIST ) [else ( LIST )]';
  const [word, text] = splitFirstWord(maskFirst(parameter));
  if (word === '') return { hint: listHint };
  const [first, rest = ''] = takeList(text);
  const other =
    rest === '' ? '' : enclosedList(/^[\t\n\v\f\r ]+else[\t\n\v\f\r ]+([\s\S]*)$/i.exec(rest)?.[1]);
  if (first === undefined || other === undefined) return { listHint };
  const variable = takeVariable(word);
  if (variable === undefined || 'fault' in variable) return variable ?? { listHint };
  const whenTrue = context.readNested(first);
  if (!('actions' in whenTrue)) return whenTrue;
  const whenFalse = context.readNested(other);
  if (!('actions' in whenFalse)) return whenFalse;
  if (whenTrue.actions.length === 0 && whenFalse.actions.length === 0) {
    return { fault: 'empty action lists given for if-else' };
  }
  const lists = rest === '' ? [whenTrue.actions] : [whenTrue.actions, whenFalse.actions];
  return { action: { kind: choose, parameters: [variable.name, ...lists] } };
};

/** `while %VARIABLE ( LIST )` */
export const readWhile: ActionReader = (parameter, context) => {
  const listHint = 'expected: while %VARIABLE ( LIST )';
  const [word, text] = splitFirstWord(maskFirst(parameter));
  if (word === '') return { hint: listHint };
  const inner = enclosedList(text);
  if (inner === undefined) return { listHint };
  const variable = takeVariable(word);
  if (variable === undefined || 'fault' in variable) return variable ?? { listHint };
  const list = context.readNested(inner);
  if (!('actions' in list)) return list;
  if (list.actions.length === 0) return { fault: 'empty action list given for while' };
  return { action: { kind: repeat, parameters: [variable.name, list.actions] } };
};

/** A parameter that begins with a group in parentheses: in SEC a NUL stands for it. */
function maskFirst(parameter: ByteString | undefined): ByteString {
  const [group, rest] = takeList(parameter);
  return group === undefined ? (parameter ?? '') : `\0${rest}`;
}

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

/** The list in the parentheses with which a text begins, and what follows them. */
function takeList(text: ByteString | undefined): readonly [ByteString, ByteString] | readonly [] {
  if (text === undefined || !text.startsWith('(')) return [];
  const end = closingParenthesis(text, 0);
  return end < 0 ? [] : [text.slice(1, end), text.slice(end + 1)];
}

/** The list in the parentheses that enclose a text; undefined when none do. */
function enclosedList(text: ByteString | undefined): ByteString | undefined {
  const [list, rest] = takeList(text);
  return rest === '' ? list : undefined;
}

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [choose, repeat, leave, skip];
