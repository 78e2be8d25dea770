import { substituteActionVariables } from '../substitute/action-variables.ts';
import type { ActionKind, ActionReader } from './action.ts';
import { splitFirstWord, textOr } from './parameter-text.ts';

const write: ActionKind = {
  name: 'write',
  run([file = '', text = ''], run) {
    run.host.writeLine(substituteActionVariables(file, run), substituteActionVariables(text, run));
  },
};

/** `write FILE [TEXT]`: appends a line to a file; `-` is standard output. */
export const readWrite: ActionReader = (parameter) => {
  if (parameter === undefined) return { hint: 'expected: write FILE [TEXT]' };
  const [file, text] = splitFirstWord(parameter);
  return { action: { kind: write, parameters: [file, textOr(text, '%s')] } };
};
