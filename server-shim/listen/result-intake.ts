import { type Clock, unixSeconds } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { admitResult, type ReportedResult } from '../admit/admit-result.ts';
import type { Counters } from '../counters.ts';
import type { ResultJournal } from '../journal/result-journal.ts';

/** Takes what clients report, whichever protocol they speak. */
export interface ResultIntake {
  /**
   * Resolves when all that can be admitted is in the journal; waits while that is
   * full. What is refused is logged and counted. `peer`: the client's address.
   */
  take(reported: readonly ReportedResult[], peer: string): Promise<void>;
}

/** Admits results and puts them into the journal, with the time of their receipt. */
export function journalIntake(parts: {
  readonly journal: ResultJournal;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}): ResultIntake {
  const { journal, log, clock, counters } = parts;
  return {
    async take(reported, peer) {
      const time = unixSeconds(clock);
      const accepted: CheckResult[] = [];
      for (const report of reported) {
        const admission = admitResult(report, time);
        if (admission.kind === 'accepted') {
          accepted.push(admission.result);
          continue;
        }
        counters.add('results_refused');
        log.warn('RESULT_REFUSED', `refused a result from ${peer}: ${admission.message}`, {
          peer,
          reason: admission.code,
        });
      }
      await journal.append(accepted);
      counters.add('results_accepted', accepted.length);
    },
  };
}
