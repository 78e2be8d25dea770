import type { CheckResult } from '../../protocol/check-result.ts';
import type { ReceivedResult } from '../../server-shim/journal/result-journal.ts';

/** Results as a protocol without ids brings them. */
export function received(results: readonly CheckResult[]): ReceivedResult[] {
  return results.map((result) => ({ result }));
}

/** Results as a protocol with ids brings them: numbered on in a stream. */
export function receivedFrom(
  stream: string,
  firstSeq: number,
  results: readonly CheckResult[],
): ReceivedResult[] {
  return results.map((result, index) => ({ result, id: { stream, seq: firstSeq + index } }));
}
