import type { ActionKind, ActionReader } from './action.ts';

const none: ActionKind = { name: 'none', run: () => undefined };

/** `none`: does nothing, for rules that only steer others. */
export const readNone: ActionReader = (parameter) => {
  if (parameter !== undefined) return { hint: 'none takes no parameter' };
  return { action: { kind: none, parameters: [] } };
};

/** All kinds of this file. */
export const kinds: readonly ActionKind[] = [none];
