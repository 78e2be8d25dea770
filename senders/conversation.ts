import type { QueuedResult } from './queued-result.ts';
import type { DeliveryProgress } from './sender.ts';

/** An open connection to a receiver, on which both sides have greeted. */
export interface Conversation {
  /** As `send` of a Sender; a signal or an error ends the conversation. */
  send(
    results: readonly QueuedResult[],
    progress: DeliveryProgress,
    signal: AbortSignal,
  ): Promise<void>;
  /** Whether more can be sent on it. */
  readonly isOpen: boolean;
  /** Whether the receiver has said anything since the last `send` began. */
  readonly wasHeard: boolean;
  /** Ends it in an orderly way, as soon as the receiver lets us. */
  close(): void;
}
