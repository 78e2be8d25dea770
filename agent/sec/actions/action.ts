import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Host } from '../engine/host.ts';
import type { LanguageExtensions } from '../language.ts';
import type { ActionScope } from '../substitute/action-variables.ts';

/** What an action runs with. */
export interface ActionRun extends ActionScope {
  readonly host: Host;
}

/**
 * A kind of action. Its parameters are texts that still hold variables: `$` ones
 * are replaced when a rule binds its list to an event, `%` ones when it runs.
 */
export interface ActionKind {
  readonly name: string;
  run(parameters: readonly ByteString[], run: ActionRun): void;
}

/** One action of a list: plain data beside its kind, so that a bound list can be stored. */
export interface Action {
  readonly kind: ActionKind;
  readonly parameters: readonly ByteString[];
}

/** An action, or why there is none. Without a fault of its own it is SEC's `Invalid action`. */
export type ActionReading =
  | { readonly action: Action; readonly warning?: string }
  | { readonly fault?: string; readonly hint?: string };

/** Reads what follows the action's name: undefined when nothing does. */
export type ActionReader = (
  parameter: ByteString | undefined,
  extensions: LanguageExtensions,
) => ActionReading;
