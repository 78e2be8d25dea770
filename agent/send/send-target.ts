import type { DeliveryProgress, Sender } from '../../senders/sender.ts';
import type { InputBatch } from './result-input.ts';

/** A receiver that `nagtail send` brings results to. */
export interface SendTarget {
  /** For messages: `nsca://host:port`. */
  readonly name: string;
  /** As `send` of a Sender, with commands where these were read. */
  send(batch: InputBatch, progress: DeliveryProgress, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** The target of a sender that takes results. */
export function senderTarget(sender: Sender): SendTarget {
  return {
    name: sender.target,
    send: ({ results }, progress, signal) => sender.send(results, progress, signal),
    close: () => sender.close(),
  };
}
