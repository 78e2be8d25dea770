import type { ByteString } from '../../../protocol/byte-string.ts';
import { PerlFunction } from '../perl/perl-function.ts';
import type { Action, ActionFlow, ActionParameter, ActionRun } from './action.ts';

/** Runs bound actions in their order; a `break` or `continue` ends the list. */
export function runActions(actions: readonly Action[], run: ActionRun): ActionFlow {
  for (const { kind, parameters } of actions) {
    const flow = kind.run(parameters, run);
    if (flow !== undefined) return flow;
  }
  return undefined;
}

/**
 * The actions with all their texts changed, nested lists included: how match variables get in.
 * What does not change is not copied: most lists are the same for all events.
 */
export function mapActionTexts(
  actions: readonly Action[],
  change: (text: ByteString) => ByteString,
): readonly Action[] {
  return mapChanged(actions, (action) => {
    const parameters = mapChanged(action.parameters, (parameter) =>
      mapParameter(parameter, change),
    );
    return parameters === action.parameters ? action : { kind: action.kind, parameters };
  });
}

function mapParameter(
  parameter: ActionParameter,
  change: (text: ByteString) => ByteString,
): ActionParameter {
  if (typeof parameter === 'string') return change(parameter);
  return parameter instanceof PerlFunction ? parameter : mapActionTexts(parameter, change);
}

/** The items after a change; the list itself when none of them is another one. */
function mapChanged<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  for (const [index, item] of items.entries()) {
    const after = change(item);
    if (after === item) continue;
    changed ??= [...items];
    changed[index] = after;
  }
  return changed ?? items;
}
