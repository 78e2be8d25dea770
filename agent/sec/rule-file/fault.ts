import type { ByteString } from '../../../protocol/byte-string.ts';

/** What is wrong with the value of a keyword, in SEC's words where SEC has the same finding. */
export interface Fault {
  readonly fault: ByteString;
  /** What to do about it: what SEC does not say. */
  readonly hint?: ByteString;
  /** What is unknown, and what could have been meant: better than the hint when one is near. */
  readonly unknown?: UnknownName;
  /** SEC tells it without naming the rule. */
  readonly nameless?: true;
  /** SEC's summary of a finding that comes before it and says more. */
  readonly isSummary?: true;
}

/** A name that does not exist, among those that do. */
export interface UnknownName {
  readonly name: ByteString;
  readonly known: readonly string[];
}
