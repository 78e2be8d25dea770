/**
 * Names a result for ever: the stream it belongs to and its number there. A stream is what
 * one outbox of one agent sends; within it numbers begin at 1 and only grow, with gaps where
 * results went elsewhere. So "everything up to this number" says what has arrived.
 */
export interface ResultId {
  readonly stream: string;
  readonly seq: number;
  /**
   * A CRC-32 of the result as its sender made it, 1 to 2^32 − 1: tells a repeat from another result
   * that got the same number, after the sender's state was restored or copied.
   */
  readonly checksum?: number;
}

/** A stream's name may be so long; those of nagtail's agents are far shorter. */
const streamNameLimit = 255;

/** Whether an id is one: a name of a decent length, and a whole number from 1. */
export function isValidResultId({ stream, seq }: ResultId): boolean {
  const isNamed = stream.length > 0 && stream.length <= streamNameLimit;
  return isNamed && Number.isSafeInteger(seq) && seq >= 1;
}
