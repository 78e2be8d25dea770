import type { DeliveryStream } from '../../senders/delivery-stream.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import type { DeliveryProgress, Sender } from '../../senders/sender.ts';

/** Numbered results for tests: `host;service` and a text that tells their number. */
export function numberedResults(count: number, from = 1): QueuedResult[] {
  return Array.from({ length: count }, (_, index) => {
    const seq = from + index;
    const result = {
      host: 'web01',
      service: 's',
      returnCode: 0,
      output: `number ${seq}`,
      time: 1_700_000_000 + seq,
    };
    return { seq, result };
  });
}

/** A stream whose outbox is a list. */
export class ListStream implements DeliveryStream {
  name = 'stream-1';
  readonly results: readonly QueuedResult[];

  constructor(results: readonly QueuedResult[]) {
    this.results = results;
  }

  get highestSeq(): number {
    return this.results.at(-1)?.seq ?? 0;
  }

  find(seq: number): QueuedResult | undefined {
    return this.results.find((queued) => queued.seq === seq);
  }

  renew(): void {
    this.name = `${this.name}-renewed`;
  }
}

/** What a sender reported. */
export class ProgressList implements DeliveryProgress {
  through = 0;
  readonly refusals: { readonly seq: number; readonly reason: string }[] = [];

  acknowledged(seq: number): void {
    this.through = Math.max(this.through, seq);
  }

  refused(seq: number, reason: string): void {
    this.refusals.push({ seq, reason });
  }
}

/** Sends once, with a signal that never fires unless one is given. */
export async function sendOnce(
  sender: Sender,
  results: readonly QueuedResult[],
  signal: AbortSignal = new AbortController().signal,
): Promise<ProgressList> {
  const progress = new ProgressList();
  await sender.send(results, progress, signal);
  return progress;
}
