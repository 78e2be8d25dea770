import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { mapActionTexts } from '../actions/run-actions.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Match } from '../substitute/match.ts';
import { forAction, substituteMatch } from '../substitute/match-variables.ts';

/** A description with the values of a match. */
export function bindText(text: ByteString, match: Match, runtime: Runtime): ByteString {
  return substituteMatch(text, match, runtime.matchCache);
}

/** An action list with the values of a match, nested lists included. */
export function bindActions(
  actions: readonly Action[],
  match: Match,
  runtime: Runtime,
): readonly Action[] {
  if (!match.substitutes) return actions;
  return mapActionTexts(actions, (text) =>
    substituteMatch(text, match, runtime.matchCache, forAction),
  );
}
