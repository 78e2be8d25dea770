import type { ByteString } from '../../../protocol/byte-string.ts';
import { internalEventContext } from '../engine/event-queue.ts';
import { PerlFunction } from '../perl/perl-function.ts';
import type { Action, ActionParameter } from './action.ts';

/** Actions whose first parameter is the name of a variable that they set. */
const setters = new Set(
  'assign assignsq free varset exists getsize getaliases getltime getctime getwpos eval call lcall if while'.split(
    ' ',
  ),
);

/** Actions whose second parameter, if there is one, is the name of a variable. */
const storers = new Set(['copy', 'empty', 'pop', 'shift', 'call']);

/** Actions that are written with a blank where their command is missing. */
const commandTakers = new Set(['pipe', 'pipeexec', 'report', 'reportexec']);

/** An action list as SEC's dump shows it: each action with its parameters, and `; ` behind it. */
export function actionsText(actions: readonly Action[]): ByteString {
  return actions.map((action) => `${actionText(action)}; `).join('');
}

function actionText({ kind: { name }, parameters }: Action): ByteString {
  switch (name) {
    case 'event': {
      const [delay = '', context = '', text = ''] = parameters.map(parameterText);
      if (context !== internalEventContext) return `cevent ${context} ${delay} ${text}`;
      return `${/^\d+$/.test(delay) ? 'event' : 'tevent'} ${delay} ${text}`;
    }
    case 'if': {
      const [variable = '', whenTrue = '', whenFalse] = parameters.map(parameterText);
      const otherwise = whenFalse === undefined ? '' : ` else ${whenFalse}`;
      return `if %${variable} ${whenTrue}${otherwise}`;
    }
    case 'lcall': {
      const [variable = '', code = '', ...words] = parameters.map(parameterText);
      return ['lcall', `%${variable}`, ...words, '->', code].join(' ');
    }
    default:
      return plainText(name, parameters);
  }
}

function plainText(name: string, parameters: readonly ActionParameter[]): ByteString {
  const texts = parameters.map(parameterText).map((text, index) => {
    const isVariable = (index === 0 && setters.has(name)) || (index === 1 && storers.has(name));
    return isVariable ? `%${text}` : text;
  });
  if (texts.length === 1 && commandTakers.has(name)) texts.push('');
  return [name, ...texts].join(' ');
}

function parameterText(parameter: ActionParameter): ByteString {
  if (typeof parameter === 'string') return parameter;
  return parameter instanceof PerlFunction ? parameter.text : `(${actionsText(parameter)})`;
}
