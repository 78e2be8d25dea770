import { substituteActionVariables } from '../substitute/action-variables.ts';
import type { ActionKind, ActionReader } from './action.ts';
import { textOr } from './parameter-text.ts';

const logonly: ActionKind = {
  name: 'logonly',
  run: ([text = ''], run) => run.host.log(4, substituteActionVariables(text, run)),
};

/** `logonly [TEXT]`: logs the text, by default the description. */
export const readLogonly: ActionReader = (parameter) => ({
  action: { kind: logonly, parameters: [textOr(parameter, '%s')] },
});
