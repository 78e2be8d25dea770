import type { CheckResult } from '../../protocol/check-result.ts';

/** A result in the journal. Sequence numbers grow in the order of receipt. */
export interface JournalEntry {
  readonly sequence: number;
  readonly result: CheckResult;
}

/** Where results wait between their receipt and their hand-over to Nagios, in order. */
export interface ResultJournal {
  /**
   * Appends results. Resolves once they are as safe as this journal makes them:
   * only then may the sender be told so. While the journal is full this waits,
   * so whoever awaits it before reading on holds its sender back; nothing is
   * dropped.
   */
  append(results: readonly CheckResult[]): Promise<void>;
  /** The oldest results, at most `limit`; they stay until they are removed. */
  oldest(limit: number): readonly JournalEntry[];
  /** Removes all results up to and including this sequence number: they were handed over. */
  removeThrough(sequence: number): void;
  /** How many results wait. */
  readonly size: number;
  /** Calls `listener` after results were appended. */
  onAppended(listener: () => void): void;
}
