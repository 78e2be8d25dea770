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

/** The actions with all their texts changed, nested lists included: how match variables get in. */
export function mapActionTexts(
  actions: readonly Action[],
  change: (text: ByteString) => ByteString,
): readonly Action[] {
  return actions.map(({ kind, parameters }) => ({
    kind,
    parameters: parameters.map((parameter) => mapParameter(parameter, change)),
  }));
}

function mapParameter(
  parameter: ActionParameter,
  change: (text: ByteString) => ByteString,
): ActionParameter {
  if (typeof parameter === 'string') return change(parameter);
  return parameter instanceof PerlFunction ? parameter : mapActionTexts(parameter, change);
}
