import { splitFirstWord } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { operationKey } from '../operations/operation.ts';
import { timeText } from '../substitute/time-variables.ts';
import type { ActionKind, ActionReader, ActionRun } from './action.ts';
import { expand, plain } from './expand.ts';
import { textOr } from './parameter-text.ts';
import { takeVariable } from './variable-name.ts';
import { setVariable } from './variables.ts';
import { wholeNumber } from './whole-number.ts';

/** A rule by its number in the file from 1, or relative to the acting one: `+1`, `-1`, `0`. */
const ruleNumber = /^[+-]?\d+$/;

/** The id of the rule that a number means; it may be one that does not exist. */
function ruleIdOf(number: ByteString, run: ActionRun): number {
  const value = Number(number);
  const relative = number.startsWith('+') || number.startsWith('-') || value === 0;
  return relative ? run.origin.ruleId + value : value - 1;
}

const reset: ActionKind = {
  name: 'reset',
  run([number, descriptionText], run) {
    const { operations, host } = run.runtime;
    const description = expand(descriptionText, run);
    const { file } = run.origin;
    if (number !== '') {
      const ruleId = ruleIdOf(plain(number), run);
      const key = operationKey(file, ruleId, description);
      host.detail?.(`Terminating event correlation operation '${key}'`);
      const operation = operations.get(file, ruleId, description);
      if (operation !== undefined) operations.remove(operation);
      return undefined;
    }
    host.detail?.(
      `Terminating all event correlation operations started from ${file} with operation description string '${description}'`,
    );
    for (const operation of operations.all) {
      const isMeant = operation.file === file && operation.description === description;
      if (isMeant) operations.remove(operation);
    }
    return undefined;
  },
};

/** `reset [NUMBER] [DESCRIPTION]`: ends operations without any action; of all rules without a number. */
export const readReset: ActionReader = (parameter) => {
  const [first, rest] = splitFirstWord(parameter ?? '');
  const numbered = ruleNumber.test(first);
  const description = textOr(numbered ? rest : parameter, '%s');
  return { action: { kind: reset, parameters: [numbered ? first : '', description] } };
};

const getwpos: ActionKind = {
  name: 'getwpos',
  run([variable, number, descriptionText], run) {
    const { operations, host } = run.runtime;
    const id = ruleIdOf(plain(number), run);
    const { file } = run.origin;
    const description = expand(descriptionText, run);
    const key = operationKey(file, id, description);
    host.detail?.(`Getting event correlation window position for operation '${key}'`);
    const operation = operations.get(file, id, description);
    if (operation === undefined) {
      host.log(3, `Operation '${key}' does not exist, can't get window position`);
    } else {
      setVariable(plain(variable), String(operation.windowStart), run);
    }
    return undefined;
  },
};

/** `getwpos %VARIABLE NUMBER [DESCRIPTION]`: where the window of an operation begins. */
export const readGetwpos: ActionReader = (parameter) => {
  const [, rest] = splitFirstWord(parameter ?? '');
  const [number, description] = splitFirstWord(rest ?? '');
  const variable = takeVariable(parameter);
  if (variable === undefined || !ruleNumber.test(number)) {
    return { hint: 'expected: getwpos %VARIABLE NUMBER [DESCRIPTION]' };
  }
  if ('fault' in variable) return variable;
  const parameters = [variable.name, number, textOr(description, '%s')];
  return { action: { kind: getwpos, parameters } };
};

const setwpos: ActionKind = {
  name: 'setwpos',
  run([timeParameter, number, descriptionText], run) {
    const { runtime } = run;
    const { operations, host, time: now } = runtime;
    const id = ruleIdOf(plain(number), run);
    const { file } = run.origin;
    const description = expand(descriptionText, run);
    const key = operationKey(file, id, description);
    const stamp = expand(timeParameter, run);
    const time = wholeNumber(stamp);
    if (time === undefined) {
      host.log(3, `Invalid timestamp '${stamp}' for moving the window of operation '${key}'`);
      return undefined;
    }
    host.detail?.(`Moving event correlation window to '${timeText(time)}' for operation '${key}'`);
    const operation = operations.get(file, id, description);
    if (operation === undefined) {
      host.log(3, `Operation '${key}' does not exist, can't set window position`);
    } else if (operation.initializing) {
      host.log(3, `Operation '${key}' is initializing, can't set window position`);
    } else if (operation.terminating) {
      host.log(3, `Operation '${key}' is terminating, can't set window position`);
    } else if (time > now) {
      host.log(3, `Can't move event correlation window into future to '${timeText(time)}'`);
    } else if (time < operation.windowStart) {
      host.log(3, `Can't move event correlation window backwards to '${timeText(time)}'`);
    } else if (time === operation.windowStart) {
      host.detail?.(`Event correlation window is already positioned at '${timeText(time)}'`);
    } else {
      operation.moveWindow(time, runtime);
      if (!operations.has(operation)) {
        host.detail?.(`Operation '${key}' finished its work after window was moved`);
      }
    }
    return undefined;
  },
};

/** `setwpos TIME NUMBER [DESCRIPTION]`: moves the window of an operation forward. */
export const readSetwpos: ActionReader = (parameter) => {
  const [time, rest] = splitFirstWord(parameter ?? '');
  const [number, description] = splitFirstWord(rest ?? '');
  if (!ruleNumber.test(number)) return { hint: 'expected: setwpos TIME NUMBER [DESCRIPTION]' };
  return {
    action: { kind: setwpos, parameters: [time, number, textOr(description, '%s')] },
  };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [reset, getwpos, setwpos];
