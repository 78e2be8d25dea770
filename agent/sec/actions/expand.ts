import type { ByteString } from '../../../protocol/byte-string.ts';
import { type ActionScope, substituteActionVariables } from '../substitute/action-variables.ts';
import type { Action, ActionParameter, ActionRun } from './action.ts';

/** A text parameter with its `%` variables replaced. */
export function expand(parameter: ActionParameter | undefined, run: ActionRun): ByteString {
  if (typeof parameter !== 'string') return '';
  return substituteActionVariables(parameter, scopeOf(run));
}

/** What the `%` variables of an action are read from. */
export function scopeOf({ runtime, description }: ActionRun): ActionScope {
  const { time, variables, host } = runtime;
  return { description, time, variables, zoneName: (at) => host.zoneName(at) };
}

const noActions: readonly Action[] = [];

/** A parameter that is a nested action list. */
export function listOf(parameter: ActionParameter | undefined): readonly Action[] {
  return Array.isArray(parameter) ? parameter : noActions;
}

/** A parameter whose text is taken as it is: the name of a variable. */
export function plain(parameter: ActionParameter | undefined): ByteString {
  return typeof parameter === 'string' ? parameter : '';
}
