import { type ResultRow, rowChecksum } from '../protocol/batch/result-row.ts';
import type { Welcome } from '../protocol/batch/server-frames.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import { sendableRow } from './sendable-row.ts';

/** What a receiver's knowledge of our stream means. `forked`: its results are not ours. */
export type WelcomeVerdict =
  | { readonly kind: 'goes on' }
  | { readonly kind: 'forked'; readonly reason: string };

/**
 * Compares what the receiver has of a stream with what we have. After our state was
 * restored from a backup or a snapshot of the machine, or was copied to another, it may
 * have results that we never made, under numbers that we give to others: sent under those
 * numbers they would be dropped as repeats.
 */
export function judgeWelcome(
  { lastSeq, lastChecksum }: Pick<Welcome, 'lastSeq' | 'lastChecksum'>,
  stream: Pick<DeliveryStream, 'highestSeq' | 'find'>,
): WelcomeVerdict {
  const { highestSeq } = stream;
  if (lastSeq > highestSeq) {
    const reason = `the receiver has results up to number ${lastSeq}, but ${highestSeq} is the highest that was given here`;
    return { kind: 'forked', reason };
  }
  const ours = stream.find(lastSeq);
  if (ours === undefined || lastChecksum === 0) return { kind: 'goes on' };
  if (rowChecksum(sentRow(ours)) === lastChecksum) return { kind: 'goes on' };
  const reason = `number ${lastSeq} is another result at the receiver than here`;
  return { kind: 'forked', reason };
}

function sentRow(row: ResultRow): ResultRow {
  const { sendable } = sendableRow(row);
  return sendable ?? row;
}
