import type { ByteString } from '../../../protocol/byte-string.ts';
import type { ActionOrigin } from '../contexts/context.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Language } from '../language.ts';
import type { PerlFunction } from '../perl/perl-function.ts';
import type { Fault } from '../rule-file/fault.ts';

/** What an action list runs with. */
export interface ActionRun {
  readonly runtime: Runtime;
  /** `%s` */
  readonly description: ByteString;
  /** The rule that the list belongs to. */
  readonly origin: ActionOrigin;
}

/** A parameter: a text with variables, a nested action list, or compiled Perl code. */
export type ActionParameter = ByteString | readonly Action[] | PerlFunction;

/** What a `break` or `continue` does to the lists around it. */
export type ActionFlow = 'break' | 'continue' | undefined;

/**
 * A kind of action. The texts among its parameters still hold variables: `$` ones
 * are replaced when a rule binds its list to an event, `%` ones when it runs.
 */
export interface ActionKind {
  readonly name: string;
  /** What a saved action knows its kind by, where two kinds have one name. */
  readonly savedAs?: string;
  run(parameters: readonly ActionParameter[], run: ActionRun): ActionFlow;
}

/** One action of a list: plain data beside its kind, so that a bound list can be stored. */
export interface Action {
  readonly kind: ActionKind;
  readonly parameters: readonly ActionParameter[];
}

/**
 * An action; or a finding; or only a hint, when it is just what SEC calls an invalid
 * action, or when SEC has no word for it but that the list is invalid.
 */
export type ActionReading =
  | { readonly action: Action }
  | Fault
  | { readonly hint: ByteString }
  | { readonly listHint: ByteString }
  | { readonly faults: readonly Fault[] };

/** What the reader of an action may use. */
export interface ActionReadContext {
  readonly language: Language;
  /** Reads an action list within an action. */
  readonly readNested: (list: ByteString) => NestedListReading;
}

/** The actions of a list, or what is wrong with it. */
export type ActionListReading =
  | { readonly actions: readonly Action[] }
  | { readonly faults: readonly Fault[] };

/** A kind of action with its reader. */
export interface ReadableKind {
  readonly kind: ActionKind;
  readonly read: ActionReader;
}

/** The same of a list within an action; or only a hint when SEC does not say why it is none. */
export type NestedListReading = ActionListReading | { readonly listHint: ByteString };

/** Reads what follows the action's name: undefined when nothing does. */
export type ActionReader = (
  parameter: ByteString | undefined,
  context: ActionReadContext,
) => ActionReading;
