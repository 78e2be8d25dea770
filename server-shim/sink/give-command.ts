import type { Clock } from '../../platform/clock.ts';
import type { ResultSink } from './result-sink.ts';

/** How long Nagios may take to make room in its pipe. */
const patienceMs = 2_000;

/**
 * Hands an external command to every sink that has a way for commands, at once: a command
 * that Nagios cannot take now is refused, and not kept to be obeyed some day.
 *
 * @param line with its newline, not longer than a pipe takes in one piece
 * @returns what hinders it, in words; undefined when it is done
 */
export async function giveCommand(
  line: Uint8Array,
  sinks: readonly ResultSink[],
  clock: Clock,
): Promise<string | undefined> {
  const endMs = clock.monotonicMs() + patienceMs;
  let given = 0;
  for (const sink of sinks) {
    let outcome = sink.giveCommand(line);
    while (outcome?.kind === 'busy' && clock.monotonicMs() < endMs) {
      const { retryMs } = outcome;
      await new Promise<void>((resolve) => {
        clock.setTimer(retryMs, resolve);
      });
      outcome = sink.giveCommand(line);
    }
    if (outcome === undefined) continue;
    if (outcome.kind !== 'done') return outcome.message;
    given++;
  }
  return given > 0
    ? undefined
    : 'there is no sink that takes commands: only type = command-file does';
}
