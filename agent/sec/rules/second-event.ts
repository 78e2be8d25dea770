import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { mapActionTexts } from '../actions/run-actions.ts';
import { type ContextCondition, mapOperands } from '../contexts/context-expression.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Fault, Pattern, PatternReading } from '../patterns/pattern.ts';
import { type PatternType, readPattern } from '../patterns/read-pattern.ts';
import { type Varmap, VarmapPattern } from '../patterns/varmap.ts';
import type { PerlSource } from '../perl/perl.ts';
import type { Match } from '../substitute/match.ts';
import {
  asIs,
  forAction,
  forRegex,
  forSecondMatch,
  hasMatchVariables,
  substituteMatch,
} from '../substitute/match-variables.ts';
import { bindActions, bindText } from './bound.ts';
import { EventCondition } from './event-condition.ts';

/** The second half of a Pair rule, as it stands in the file. */
export interface SecondEventParts {
  readonly type: PatternType;
  readonly source: ByteString;
  /** The pattern, when it needs no values of the first event. */
  readonly pattern: Pattern | undefined;
  readonly varmap: Varmap | undefined;
  readonly context: ContextCondition | undefined;
  readonly description: ByteString;
  readonly actions: readonly Action[];
}

/** The second half of a Pair rule. */
export class SecondEvent {
  readonly #parts: SecondEventParts;

  constructor(parts: SecondEventParts) {
    this.#parts = parts;
  }

  get type(): PatternType {
    return this.#parts.type;
  }

  /**
   * The second half for one first event. When the second pattern has match
   * variables of its own, `$` means those and `%` the first event's; otherwise `$`
   * means the first event's. Undefined, after telling why, when the values of
   * the first event make an invalid regular expression.
   */
  bind(first: Match, runtime: Runtime): BoundSecondEvent | undefined {
    const { context, description, actions } = this.#parts;
    const source = this.#bindSource(first, runtime);
    const pattern = this.#bindPattern(source, runtime);
    if (pattern === undefined) return undefined;
    const own = hasOwnVariables(this.#parts.type);
    const token = own ? '%' : '$';
    const protect = own ? forSecondMatch : asIs;
    const bind = (text: ByteString) =>
      substituteMatch(text, first, runtime.matchCache, protect, token);
    const bindAction = (text: ByteString) =>
      substituteMatch(text, first, runtime.matchCache, (value) => forAction(protect(value)), token);
    const boundContext = context && {
      ...context,
      expression: mapOperands(context.expression, bind),
    };
    return new BoundSecondEvent({
      source,
      condition: new EventCondition(pattern, boundContext),
      description: bind(description),
      actions: first.substitutes ? mapActionTexts(actions, bindAction) : actions,
    });
  }

  #bindSource(first: Match, runtime: Runtime): ByteString {
    const { pattern, source, type } = this.#parts;
    if (pattern !== undefined) return source;
    const protect = type.kind === 'regexp' ? forRegex : asIs;
    return substituteMatch(source, first, runtime.matchCache, protect);
  }

  #bindPattern(source: ByteString, runtime: Runtime): Pattern | undefined {
    const { pattern, type, varmap } = this.#parts;
    if (pattern !== undefined) return pattern;
    const reading = readPattern(type, source, runtime);
    if ('fault' in reading) {
      runtime.host.log(2, reading.fault);
      return undefined;
    }
    return varmap ? new VarmapPattern(reading.pattern, varmap) : reading.pattern;
  }
}

/** Reads a second pattern: one with values of the first event is compiled when they are known. */
export function readSecondPattern(
  type: PatternType,
  source: ByteString,
  perlSource: PerlSource,
): PatternReading | { readonly pattern: undefined } | Fault {
  const takesValues = type.kind === 'regexp' || type.kind === 'substr';
  if (takesValues && hasMatchVariables(source)) return { pattern: undefined };
  return readPattern(type, source, perlSource);
}

function hasOwnVariables({ kind, negated }: PatternType): boolean {
  return kind === 'regexp' || kind === 'perlfunc' || (kind === 'cached' && !negated);
}

interface BoundParts {
  /** The pattern as a text. */
  readonly source: ByteString;
  readonly condition: EventCondition;
  readonly description: ByteString;
  readonly actions: readonly Action[];
}

/** The second half of a Pair rule with the values of the first event. */
export class BoundSecondEvent {
  readonly #parts: BoundParts;

  constructor(parts: BoundParts) {
    this.#parts = parts;
  }

  /** What a dump tells about it. */
  details(): {
    readonly texts: Readonly<Record<string, ByteString>>;
    readonly actions: readonly Action[];
  } {
    const { source, description, actions } = this.#parts;
    return { texts: { pattern2: source, desc2: description }, actions };
  }

  /** What to do when the current line is the second event; undefined when it is not. */
  match(
    runtime: Runtime,
  ): { readonly description: ByteString; readonly actions: readonly Action[] } | undefined {
    const { condition, description, actions } = this.#parts;
    const match = condition.match(runtime);
    if (match === undefined) return undefined;
    return {
      description: bindText(description, match, runtime),
      actions: bindActions(actions, match, runtime),
    };
  }
}
