import type { CheckResult } from '../protocol/check-result.ts';

/**
 * A result with its number in the outbox. Numbers rise and are never given twice;
 * there are gaps where results were dropped. Together with the id of the outbox's
 * stream the number names a result for ever, so that a receiver can tell a repeat.
 */
export interface QueuedResult {
  readonly seq: number;
  readonly result: CheckResult;
}
