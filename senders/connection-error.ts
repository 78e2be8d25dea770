import { NagtailError, systemReason } from '../platform/errors.ts';

/** Why a connection that worked is no more; without a cause it was closed. */
export function connectionError(cause?: unknown): NagtailError {
  if (cause instanceof NagtailError) return cause;
  if (cause === undefined) {
    return new NagtailError('PEER_CLOSED_EARLY', 'it closed the connection before it had answered');
  }
  return new NagtailError('PEER_CLOSED_EARLY', `the connection broke: ${systemReason(cause)}`, {
    cause,
  });
}
