import type { CheckResult } from '../../protocol/check-result.ts';
import type { ResultId } from '../../protocol/result-id.ts';

/** A result that was admitted, with its id when its sender gave one. */
export interface ReceivedResult {
  readonly result: CheckResult;
  readonly id?: ResultId;
}

/** Where results wait between their receipt and their hand-over: the end where they come in. */
export interface ResultJournal {
  /**
   * Appends results. Resolves once they are safe on disk: only then may the sender be told
   * so. While the journal is full or its disk fails this waits, so whoever awaits it before
   * reading on holds its sender back; nothing is dropped but repeats: results whose number is
   * not above their stream's last.
   *
   * Rejects with NagtailError JOURNAL_UNAVAILABLE when that took too long: the sender must
   * send all of them again. Rejects with a RangeError when an id is none.
   *
   * @param mayGather the sender can do with an answer a millisecond later, if that saves a sync
   */
  append(results: readonly ReceivedResult[], mayGather?: boolean): Promise<void>;
  /**
   * The highest number of this stream that is safe on disk; 0 when there is none. Whoever
   * sends again may begin behind it.
   */
  lastSeq(stream: string): number;
  /** The checksum of the result with that number; 0 when it is not known. */
  lastChecksum(stream: string): number;
}

/** A result in the journal. Sequence numbers grow in the order of receipt, with gaps where a damage was. */
export interface JournalEntry {
  readonly sequence: number;
  readonly result: CheckResult;
}

/** The end where results go out: one for each sink, with a position of its own. */
export interface JournalReader {
  /** How many results wait for this sink. */
  readonly size: number;
  /** The highest sequence number that was ever given; 0 before the first result of all. */
  readonly lastSequence: number;
  /**
   * The oldest results, at most `limit`; they stay until they are removed. None though some
   * wait: the disk cannot be read now.
   */
  oldest(limit: number): readonly JournalEntry[];
  /** Notes that this sink is done with all results up to and including this sequence number. */
  removeThrough(sequence: number): void;
  /** Calls `listener` after results were appended, until the function that it gives is called. */
  onAppended(listener: () => void): () => void;
}
