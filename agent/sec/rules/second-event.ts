import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { mapActionTexts } from '../actions/run-actions.ts';
import {
  type ContextCondition,
  mapOperands,
  operandTexts,
} from '../contexts/context-expression.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Pattern, PatternReading } from '../patterns/pattern.ts';
import { type PatternType, readPattern } from '../patterns/read-pattern.ts';
import { type Varmap, VarmapPattern } from '../patterns/varmap.ts';
import type { PerlSource } from '../perl/perl.ts';
import { anyLine } from '../prefilter/line-need.ts';
import type { SoughtEvent } from '../prefilter/sought-event.ts';
import type { Fault } from '../rule-file/fault.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import {
  readBoundActions,
  readBoundText,
  saveBoundActions,
  saveBoundText,
} from '../state/saved-actions.ts';
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
import { EventCondition, effectOf } from './event-condition.ts';

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

  /** What is looked for while there are operations. */
  get sought(): SoughtEvent {
    const { pattern, varmap, context } = this.#parts;
    return {
      need: pattern?.need ?? anyLine,
      cacheEntries: varmap?.entries ?? [],
      beforePattern: effectOf(context),
      whileOperations: true,
    };
  }

  /**
   * The second half for one first event. When the second pattern has match
   * variables of its own, `$` means those and `%` the first event's; otherwise `$`
   * means the first event's. A fault when the values of the first event make an
   * invalid regular expression.
   */
  bind(first: Match, runtime: Runtime, rule: 'Pair' | 'PairWithWindow'): BoundSecondEvent | Fault {
    const { context, description, actions } = this.#parts;
    const source = this.#bindSource(first, runtime);
    const pattern = this.#bindPattern(source, runtime);
    if ('fault' in pattern) return { fault: runtimeFault(pattern.fault, source, rule) };
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
      rule: this.#parts,
      source,
      context: boundContext,
      condition: new EventCondition(pattern, boundContext),
      description: bind(description),
      actions: first.substitutes ? mapActionTexts(actions, bindAction) : actions,
    });
  }

  /** The second half of an operation again, of what BoundSecondEvent has saved. */
  restore(record: RecordReader, runtime: Runtime): BoundSecondEvent | undefined {
    const rule = this.#parts;
    const source = readBoundText(rule.source, record);
    const description = readBoundText(rule.description, record);
    const actions = readBoundActions(rule.actions, record);
    const context = rule.context && {
      ...rule.context,
      expression: mapOperands(rule.context.expression, (text) => readBoundText(text, record)),
    };
    const pattern = this.#bindPattern(source, runtime);
    if ('fault' in pattern) return undefined;
    const condition = new EventCondition(pattern, context);
    return new BoundSecondEvent({ rule, source, context, condition, description, actions });
  }

  #bindSource(first: Match, runtime: Runtime): ByteString {
    const { pattern, source, type } = this.#parts;
    if (pattern !== undefined) return source;
    const protect = type.kind === 'regexp' ? forRegex : asIs;
    return substituteMatch(source, first, runtime.matchCache, protect);
  }

  #bindPattern(source: ByteString, runtime: Runtime): Pattern | Fault {
    const { pattern, type, varmap } = this.#parts;
    if (pattern !== undefined) return pattern;
    const reading = readPattern(type, source, runtime);
    if ('fault' in reading) return reading;
    return varmap ? new VarmapPattern(reading.pattern, varmap) : reading.pattern;
  }
}

/** What is wrong with a regular expression that has come of values of a line. */
function runtimeFault(fault: ByteString, source: ByteString, rule: string): ByteString {
  const known = `Invalid regular expression '${source}'`;
  if (!fault.startsWith(known)) return fault;
  const what = `an invalid regular expression '${source}' for ${rule} rule`;
  return `Runtime variable evaluation yielded ${what}${fault.slice(known.length)}`;
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
  readonly rule: SecondEventParts;
  /** The pattern as a text. */
  readonly source: ByteString;
  readonly context: ContextCondition | undefined;
  /** That pattern and that context. */
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

  /** Writes what differs from the rule. */
  save(record: RecordWriter): void {
    const { rule, source, context, description, actions } = this.#parts;
    saveBoundText(source, rule.source, record);
    saveBoundText(description, rule.description, record);
    saveBoundActions(actions, rule.actions, record);
    if (context === undefined || rule.context === undefined) return;
    const ofRule = operandTexts(rule.context.expression);
    for (const [index, text] of operandTexts(context.expression).entries()) {
      saveBoundText(text, ofRule[index] ?? text, record);
    }
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
