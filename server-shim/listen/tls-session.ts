import type { EndCause } from '../../protocol/batch/server-frames.ts';
import type { TlsClient } from './tls-client.ts';

/** An open connection of `[listen.nsca-ng]`, whichever of its protocols it speaks. */
export interface TlsSession {
  readonly client: TlsClient;
  /**
   * Since when nothing has come, in the clock's monotonic milliseconds; undefined while
   * results wait for the journal.
   */
  readonly idleSinceMs: number | undefined;
  /** Serves the connection from now on, to its end. */
  start(): void;
  /** Ends the session: what is being put into the journal is acknowledged first. */
  end(cause: EndCause, reason: string): Promise<void>;
  /** Its listener is not wanted any more: a connection that would stay for ever ends. */
  retire(): void;
  /** Ends the connection at once. */
  reset(): void;
}
