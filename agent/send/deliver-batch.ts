import { messageOf } from '../../platform/errors.ts';
import type { DeliveryProgress } from '../../senders/sender.ts';
import type { InputBatch } from './result-input.ts';
import type { Outcome } from './send-report.ts';
import type { SendTarget } from './send-target.ts';

/** What a delivery has brought. */
export interface BatchDelivery {
  readonly outcomeOf: (seq: number) => Outcome;
  /** The parts of results that were sent cut. */
  readonly cuts: ReadonlyMap<number, readonly string[]>;
  /** Why it broke off; undefined when it did not. */
  readonly failure: string | undefined;
}

/** Sends a batch to one receiver; never rejects for what that does. */
export async function deliverBatch(
  target: SendTarget,
  batch: InputBatch,
  signal: AbortSignal,
): Promise<BatchDelivery> {
  let through = 0;
  const refusals = new Map<number, string>();
  const cuts = new Map<number, readonly string[]>();
  const progress: DeliveryProgress = {
    acknowledged(seq) {
      through = Math.max(through, seq);
    },
    refused: (seq, reason) => refusals.set(seq, reason),
    cut: (seq, parts) => cuts.set(seq, parts),
  };
  let failure: string | undefined;
  try {
    await target.send(batch, progress, signal);
  } catch (error) {
    failure = messageOf(error);
  }
  const outcomeOf = (seq: number): Outcome => {
    const refusal = refusals.get(seq);
    if (refusal !== undefined) return { kind: 'refused', reason: refusal };
    if (seq <= through) return { kind: 'accepted' };
    return { kind: 'unconfirmed', reason: failure ?? 'it gave no answer' };
  };
  return { outcomeOf, cuts, failure };
}

/** What is left of a batch that another receiver may still take. */
export function unconfirmedOf(batch: InputBatch, { outcomeOf }: BatchDelivery): InputBatch {
  const isLeft = ({ seq }: { readonly seq: number }) => outcomeOf(seq).kind === 'unconfirmed';
  return {
    results: batch.results.filter(isLeft),
    commands: batch.commands.filter(isLeft),
    faults: [],
  };
}
