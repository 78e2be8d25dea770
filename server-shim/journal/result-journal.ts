import type { CheckResult } from '../../protocol/check-result.ts';
import type { ResultId } from '../../protocol/result-id.ts';

/** A result that was admitted, with its id when its sender gave one. */
export interface ReceivedResult {
  readonly result: CheckResult;
  readonly id?: ResultId;
}

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
   * dropped but repeats: results whose number is not above their stream's last.
   * Rejects with NagtailError JOURNAL_UNAVAILABLE when there was no room, or the
   * disk did not take them, for too long: the sender must send all of them again.
   */
  append(results: readonly ReceivedResult[]): Promise<void>;
  /**
   * The highest number of this stream that is as safe as this journal makes it; 0 when
   * there is none. Whoever sends again may begin behind it.
   */
  lastSeq(stream: string): number;
  /** The oldest results, at most `limit`; they stay until they are removed. */
  oldest(limit: number): readonly JournalEntry[];
  /** Removes all results up to and including this sequence number: they were handed over. */
  removeThrough(sequence: number): void;
  /** How many results wait. */
  readonly size: number;
  /** Calls `listener` after results were appended. */
  onAppended(listener: () => void): void;
}
