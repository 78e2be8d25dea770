import { type Clock, unixSeconds } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { admitResult, type Refusal, type ReportedResult } from '../admit/admit-result.ts';
import type { Identity } from '../admit/identity.ts';
import type { Counters } from '../counters.ts';
import type { ReceivedResult, ResultJournal } from '../journal/result-journal.ts';
import { limitedLog } from './limited-log.ts';
import { tellRefused } from './tell-refused.ts';

/**
 * What became of a reported result: it is in the journal (or was before, as its id says), or
 * it was refused for what it says.
 */
export type Verdict = { readonly kind: 'accepted' } | Refusal;

/** Takes what clients report, whichever protocol they speak. */
export interface ResultIntake {
  /**
   * Resolves, with a verdict for each result, when all that can be admitted is in the
   * journal; waits while that is full. What is refused is logged and counted. `peer`: the
   * client's address; `identity`: who it is, where its protocol tells; `mayGather`: see
   * ResultJournal. Rejects with
   * NagtailError JOURNAL_UNAVAILABLE: nothing is safe then, and the client must be told to
   * send all of it again, or be reset.
   */
  take(
    reported: readonly ReportedResult[],
    peer: string,
    identity?: Identity,
    mayGather?: boolean,
  ): Promise<readonly Verdict[]>;
}

const accepted: Verdict = { kind: 'accepted' };

/** Admits results and puts them into the journal, with the time of their receipt. */
export function journalIntake(parts: {
  readonly journal: ResultJournal;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}): ResultIntake {
  const { journal, clock, counters } = parts;
  const log = limitedLog(parts.log, clock);
  return {
    async take(reported, peer, identity, mayGather) {
      const time = unixSeconds(clock);
      const received: ReceivedResult[] = [];
      const verdicts = reported.map((report): Verdict => {
        const admission = admitResult(report, time, identity);
        if (admission.kind === 'accepted') {
          const { result } = admission;
          received.push(report.id === undefined ? { result } : { result, id: report.id });
          return accepted;
        }
        counters.add(admission.code === 'NOT_ALLOWED' ? 'results_not_allowed' : 'results_refused');
        tellRefused(log, admission, { host: report.host, service: report.service, peer, identity });
        return admission;
      });
      await journal.append(received, mayGather);
      counters.add('results_accepted', received.length);
      return verdicts;
    },
  };
}
