import { byteStringFrom } from '../../protocol/byte-string.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';

/** A result of a row of the table `results`. */
export function queuedResultOf(row: Record<string, unknown>): QueuedResult {
  return {
    seq: Number(row['seq']),
    result: {
      host: textOfBlob(row['host']),
      service: row['service'] === null ? null : textOfBlob(row['service']),
      returnCode: Number(row['return_code']),
      output: textOfBlob(row['output']),
      time: Number(row['time']),
    },
  };
}

function textOfBlob(value: unknown): string {
  return value instanceof Uint8Array ? byteStringFrom(value) : '';
}
