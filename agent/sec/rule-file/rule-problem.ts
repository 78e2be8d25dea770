import type { ByteString } from '../../../protocol/byte-string.ts';
import type { UnknownName } from './fault.ts';

/** Something wrong in a rule file. SEC drops what an error is about and goes on with the rest. */
export interface RuleProblem {
  readonly severity: 'error' | 'warning';
  /** The line that the finding is about, counted from 1; without one it is about the whole file. */
  readonly line?: number;
  /** The line where its rule begins: the one that SEC's own message names. */
  readonly ruleLine?: number;
  /**
   * Which of the checks of the rule's values has found it, as a number that rises in their
   * order: SEC stops at the first one that fails and tells only that.
   */
  readonly check?: number;
  /** SEC finds it when it has read the whole file. */
  readonly atEnd?: true;
  /** SEC tells it without naming the rule. */
  readonly nameless?: true;
  /** The text of the line, when it is no part of a rule. */
  readonly lineText?: ByteString;
  /** The finding, in SEC's own words where SEC has the same finding. */
  readonly message: ByteString;
  /** What to do about it: what SEC does not say. */
  readonly hint?: ByteString;
  /** What is unknown, and what could have been meant: better than the hint when one is near. */
  readonly unknown?: UnknownName;
  /** SEC's summary of a finding that comes before it and says more. */
  readonly isSummary?: true;
}
