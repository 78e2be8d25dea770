import type { ActionKind, ActionReader } from './action.ts';
import { expand } from './expand.ts';
import { textOr } from './parameter-text.ts';

const logonly: ActionKind = {
  name: 'logonly',
  run([text], run) {
    run.runtime.host.log(4, expand(text, run));
    return undefined;
  },
};

/** `logonly [TEXT]`: logs the text, by default the description. */
export const readLogonly: ActionReader = (parameter) => ({
  action: { kind: logonly, parameters: [textOr(parameter, '%s')] },
});

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [logonly];
