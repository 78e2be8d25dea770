import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';

/** An event that an operation has counted. */
export interface CountedEvent {
  /** Unix time in seconds. */
  readonly time: number;
  /** For EventGroup: the pattern that matched it, from 1, and its token. */
  readonly pattern?: number;
  readonly token?: ByteString;
}

/** What a dump tells about an operation beyond what its rule says. */
export interface OperationDetails {
  /** Unix time in seconds when it began. */
  readonly startedAt: number;
  /** Seconds of its present window; 0 is for ever. */
  readonly window: number;
  /** Values of keywords of its rule as they are in this operation: with match variables replaced. */
  readonly texts: Readonly<Record<string, ByteString>>;
  readonly actions: Readonly<Record<string, readonly Action[]>>;
  /** What it does, when it counts events: `checking for threshold`. */
  readonly status?: ByteString;
  readonly events?: readonly CountedEvent[];
}
