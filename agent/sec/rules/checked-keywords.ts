import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { readActionList } from '../actions/read-action-list.ts';
import type { Continuation } from '../engine/rule.ts';
import type { LanguageExtensions } from '../language.ts';
import { notYet } from '../not-yet.ts';
import type { Pattern } from '../patterns/pattern.ts';
import { readPattern } from '../patterns/read-pattern.ts';
import type { Keyword, RuleBlock } from '../rule-file/rule-blocks.ts';
import type { RuleProblem } from '../rule-file/rule-problem.ts';

/** Reads the values of a rule's keywords and reports what is wrong with them. */
export class CheckedKeywords {
  /** The line where the rule begins. */
  readonly line: number;
  readonly #keywords: ReadonlyMap<string, Keyword>;
  readonly #extensions: LanguageExtensions;
  readonly #problems: RuleProblem[];

  constructor(block: RuleBlock, extensions: LanguageExtensions, problems: RuleProblem[]) {
    this.line = block.line;
    this.#keywords = block.keywords;
    this.#extensions = extensions;
    this.#problems = problems;
  }

  /** The text of a keyword; empty when it is not there. */
  text(name: string): ByteString {
    return this.#keywords.get(name)?.value ?? '';
  }

  /** The pattern of `ptype` and `pattern`. */
  pattern(): Pattern | undefined {
    for (const name of ['varmap', 'context']) {
      if (this.#keywords.has(name)) return this.#fail(name, notYet(`keyword '${name}'`));
    }
    const reading = readPattern(this.text('ptype'), this.text('pattern'));
    if ('pattern' in reading) return reading.pattern;
    const keyword = reading.fault.startsWith('Invalid pattern type') ? 'ptype' : 'pattern';
    return this.#fail(keyword, reading);
  }

  /** The value of `continue`; DontCont without one. */
  continuation(): Continuation | undefined {
    const value = this.text('continue');
    const word = value.toLowerCase();
    if (word === '' || word === 'dontcont') return { kind: 'end file' };
    if (word === 'takenext') return { kind: 'take next' };
    if (word === 'endmatch') return { kind: 'end line' };
    const label = goToLabel(value);
    if (label !== undefined) return { kind: 'go to', label };
    const hint = 'expected TakeNext, DontCont, EndMatch or GoTo LABEL';
    return this.#fail('continue', { fault: `Invalid continue value '${value}'`, hint });
  }

  /** The action list of a keyword. */
  actions(name: string): readonly Action[] | undefined {
    const reading = readActionList(this.text(name), this.#extensions);
    if ('actions' in reading) return reading.actions;
    for (const { message, hint } of reading.faults) this.#report('error', name, message, hint);
    return undefined;
  }

  #fail(
    name: string,
    { fault, hint }: { readonly fault: string; readonly hint?: string },
  ): undefined {
    this.#report('error', name, fault, hint);
  }

  #report(severity: RuleProblem['severity'], name: string, message: string, hint?: string): void {
    this.#problems.push({
      severity,
      line: this.#keywords.get(name)?.line ?? this.line,
      ruleLine: this.line,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** The label of a `continue` value `GoTo LABEL`; undefined for any other value. */
export function goToLabel(value: ByteString): ByteString | undefined {
  return /^goto\s+(\S.*)$/i.exec(value)?.[1];
}
