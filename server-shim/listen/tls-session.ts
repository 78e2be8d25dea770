import type { EndCause } from '../../protocol/batch/server-frames.ts';

/** An open connection of `[listen.nsca-ng]`, whichever of its protocols it speaks. */
export interface TlsSession {
  /**
   * Since when nothing has come, in the clock's monotonic milliseconds; undefined while
   * results wait for the journal.
   */
  readonly idleSinceMs: number | undefined;
  /** Serves the connection to its end; never rejects. */
  run(): Promise<void>;
  /** Ends the session: what is being put into the journal is acknowledged first. */
  end(cause: EndCause, reason: string): Promise<void>;
  /** Ends the connection at once. */
  reset(): void;
}
