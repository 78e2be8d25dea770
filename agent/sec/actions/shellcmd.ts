import { substituteActionVariables } from '../substitute/action-variables.ts';
import type { ActionKind, ActionReader } from './action.ts';
import { readBuiltInCommand } from './built-in-command.ts';
import { textOr } from './parameter-text.ts';

const shellcmd: ActionKind = {
  name: 'shellcmd',
  run([command = ''], run) {
    const text = substituteActionVariables(command, run);
    run.host.log(5, `Executing shell command '${text}'`);
    run.host.startCommand(text);
  },
};

/** `shellcmd COMMAND`: starts a command line, or queues a result when the command is a built-in one. */
export const readShellcmd: ActionReader = (parameter, extensions) => {
  if (parameter === undefined) return { hint: 'expected: shellcmd COMMAND' };
  const command = textOr(parameter, '');
  const action = { kind: shellcmd, parameters: [command] };
  return readBuiltInCommand(command, extensions) ?? { action };
};
