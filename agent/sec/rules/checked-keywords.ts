import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { readActionList } from '../actions/read-action-list.ts';
import type { ContextCondition } from '../contexts/context-expression.ts';
import { readContextCondition } from '../contexts/read-context-expression.ts';
import type { Continuation } from '../engine/rule.ts';
import type { Language } from '../language.ts';
import type { Pattern } from '../patterns/pattern.ts';
import { type PatternType, readPattern, readPatternType } from '../patterns/read-pattern.ts';
import { readVarmap, type Varmap, VarmapPattern } from '../patterns/varmap.ts';
import type { Fault } from '../rule-file/fault.ts';
import type { Keyword, RuleBlock } from '../rule-file/rule-blocks.ts';
import type { RuleProblem } from '../rule-file/rule-problem.ts';
import { type CalendarTime, readCalendarTime } from './calendar-time.ts';
import { checkOrder } from './check-order.ts';
import { EventCondition } from './event-condition.ts';
import { type GroupPattern, readGroupPattern } from './group-pattern.ts';
import { readSecondPattern, SecondEvent } from './second-event.ts';

/**
 * Reads the values of a rule's keywords and reports what is wrong with them. What
 * cannot be read is undefined, and then the rule cannot be.
 */
export class CheckedKeywords {
  readonly #line: number;
  readonly #keywords: ReadonlyMap<string, Keyword>;
  readonly #language: Language;
  readonly #problems: RuleProblem[];
  readonly #isGroup: boolean;

  constructor(block: RuleBlock, language: Language, problems: RuleProblem[]) {
    this.#line = block.line;
    this.#keywords = block.keywords;
    this.#language = language;
    this.#problems = problems;
    this.#isGroup = /^eventgroup/i.test(this.text('type'));
  }

  /** The text of a keyword; empty when it is not there. */
  text(name: string): ByteString {
    return this.#keywords.get(name)?.value ?? '';
  }

  /** Pattern and context of an event; keywords of further events have numbers. */
  condition(number = ''): EventCondition | undefined {
    const type = this.#patternType(`ptype${number}`);
    const pattern = type && this.#pattern(`pattern${number}`, type);
    const varmap = type && this.#varmap(`varmap${number}`, type);
    const context = this.context(`context${number}`);
    if (pattern === undefined || varmap === undefined || context === undefined) return undefined;
    const mapped = varmap === 'none' ? pattern : new VarmapPattern(pattern, varmap);
    return new EventCondition(mapped, context === 'none' ? undefined : context);
  }

  /** The second half of a Pair rule. */
  secondEvent(): SecondEvent | undefined {
    const source = this.text('pattern2');
    const type = this.#patternType('ptype2');
    const reading = type && readSecondPattern(type, source, this.#language);
    if (reading !== undefined && 'fault' in reading) this.#fail('pattern2', reading);
    const varmap = type && this.#varmap('varmap2', type);
    const context = this.context('context2');
    const actions = this.actions('action2');
    if (type === undefined || reading === undefined || 'fault' in reading) return undefined;
    if (varmap === undefined || context === undefined || actions === undefined) return undefined;
    const mapped = varmap === 'none' ? undefined : varmap;
    const { pattern } = reading;
    return new SecondEvent({
      type,
      source,
      pattern: pattern && mapped ? new VarmapPattern(pattern, mapped) : pattern,
      varmap: mapped,
      context: context === 'none' ? undefined : context,
      description: this.text('desc2'),
      actions,
    });
  }

  /** A context expression. */
  context(name: string): ContextCondition | 'none' | undefined {
    if (!this.#keywords.has(name)) return 'none';
    const reading = readContextCondition(this.text(name), this.#language);
    if ('condition' in reading) return reading.condition;
    for (const fault of reading.faults) this.#fail(name, fault);
    return undefined;
  }

  /** A `continue` value; DontCont without one. */
  continuation(name: string): Continuation | undefined {
    const value = this.text(name);
    const word = value.toLowerCase();
    if (word === '' || word === 'dontcont') return { kind: 'end file' };
    if (word === 'takenext') return { kind: 'take next' };
    if (word === 'endmatch') return { kind: 'end line' };
    const label = goToLabel(value);
    if (label !== undefined) return { kind: 'go to', label };
    const hint = 'expected TakeNext, DontCont, EndMatch or GoTo LABEL';
    return this.#fail(name, { fault: `Invalid continue value '${value}'`, hint });
  }

  /** An action list. */
  actions(name: string): readonly Action[] | undefined {
    const reading = readActionList(this.text(name), this.#language);
    if ('actions' in reading) return reading.actions;
    for (const fault of reading.faults) this.#fail(name, fault);
    return undefined;
  }

  /** An action list that may be missing. */
  optionalActions(name: string): readonly Action[] | undefined {
    return this.#keywords.has(name) ? this.actions(name) : [];
  }

  /** Seconds, at least 1. Of two windows SEC's messages name the `1st` and the `2nd`. */
  window(name: string, which?: '1st' | '2nd'): number | undefined {
    return this.#wholeNumber(name, { least: 1, unit: 'seconds' }, invalid(which, 'time window'));
  }

  /** Seconds; 0, or no value, is for ever. */
  optionalWindow(name: string): number | undefined {
    return this.#keywords.has(name)
      ? this.#wholeNumber(name, { least: 0, unit: 'seconds' }, invalid(undefined, 'time window'))
      : 0;
  }

  /** A number of events. */
  threshold(name: string, least: number, which?: '1st' | '2nd'): number | undefined {
    return this.#wholeNumber(name, { least, unit: 'events' }, invalid(which, 'threshold'));
  }

  /** A number of events; 1 without a value. */
  optionalThreshold(name: string): number | undefined {
    return this.#keywords.has(name) ? this.threshold(name, 1) : 1;
  }

  /** `Yes` or `No`. */
  yesNo(name: string, otherwise: boolean): boolean | undefined {
    const word = this.text(name).toLowerCase();
    if (word === '') return otherwise;
    if (word === 'yes' || word === 'no') return word === 'yes';
    const fault = `Invalid ${name} value ' ${this.text(name)} '`;
    return this.#fail(name, { fault, hint: 'expected Yes or No' });
  }

  /** The time of a Calendar rule. */
  calendarTime(name: string): CalendarTime | undefined {
    const time = readCalendarTime(this.text(name));
    return 'fault' in time ? this.#fail(name, time) : time;
  }

  /** `egptype` and `egpattern`, without which the given keywords mean nothing. */
  groupPattern(tokenNames: readonly string[]): GroupPattern | 'none' | undefined {
    const [typed, hasPattern] = ['egptype', 'egpattern'].map((name) => this.#keywords.has(name));
    const token = tokenNames.find((name) => this.#keywords.has(name));
    const needs = (name: string, missing: string) =>
      this.#fail(name, { fault: `'${name}' keyword requires the '${missing}' keyword` });
    if (!hasPattern && token !== undefined) needs(token, 'egpattern');
    if (typed !== hasPattern) {
      return typed ? needs('egptype', 'egpattern') : needs('egpattern', 'egptype');
    }
    if (!typed) return token === undefined ? 'none' : undefined;
    const reading = readGroupPattern(this.text('egptype'), this.text('egpattern'), this.#language);
    return 'fault' in reading ? this.#fail('egpattern', reading) : reading.groupPattern;
  }

  #patternType(name: string): PatternType | undefined {
    const type = readPatternType(this.text(name));
    if ('fault' in type) return this.#fail(name, type);
    const { patternLinesMax = type.lines } = this.#language;
    if (type.lines <= patternLinesMax) return type;
    const fault = `Pattern type '${this.text(name)}' is designed to match ${type.lines} lines, please set --bufsize command line option to at least ${type.lines}`;
    return this.#fail(name, { fault });
  }

  #pattern(name: string, type: PatternType): Pattern | undefined {
    const reading = readPattern(type, this.text(name), this.#language);
    return 'fault' in reading ? this.#fail(name, reading) : reading.pattern;
  }

  #varmap(name: string, type: PatternType): Varmap | 'none' | undefined {
    if (!this.#keywords.has(name)) return 'none';
    const source = this.text(name);
    if (type.negated || (type.kind !== 'regexp' && type.kind !== 'perlfunc')) {
      const ignored = `ignoring variable map '${source}'`;
      const message = `Variable maps are supported for RegExp and PerlFunc patterns only, ${ignored}`;
      this.#report('warning', name, { fault: message });
      return 'none';
    }
    const varmap = readVarmap(source);
    return 'fault' in varmap ? this.#fail(name, varmap) : varmap;
  }

  #wholeNumber(
    name: string,
    { least, unit }: { readonly least: number; readonly unit: string },
    fault: ByteString,
  ): number | undefined {
    const text = this.text(name);
    const number = /^\d+$/.test(text) ? Number(text) : -1;
    if (number >= least) return number;
    const hint = `expected a whole number of ${unit}, at least ${least}`;
    return this.#fail(name, { fault: `${fault} ' ${text} '`, hint });
  }

  #fail(name: string, fault: Fault): undefined {
    this.#report('error', name, fault);
  }

  #report(severity: RuleProblem['severity'], name: string, found: Fault): void {
    const { fault: message, ...more } = found;
    this.#problems.push({
      severity,
      line: this.#keywords.get(name)?.line ?? this.#line,
      ruleLine: this.#line,
      check: checkOrder(name, this.#isGroup),
      message,
      ...more,
    });
  }
}

/** The label of a `continue` value `GoTo LABEL`; undefined for any other value. */
export function goToLabel(value: ByteString): ByteString | undefined {
  return /^goto[\t\n\v\f\r ]+([^\t\n\v\f\r ].*)$/i.exec(value)?.[1];
}

function invalid(which: '1st' | '2nd' | undefined, what: string): string {
  return which === undefined ? `Invalid ${what}` : `Invalid ${which} ${what}`;
}
