import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../platform/clock.ts';
import { messageOf, NagtailError } from '../../platform/errors.ts';
import { type Log, logTo } from '../../platform/log.ts';
import { releaseStartMemory, startMemoryMs } from '../../platform/release-start-memory.ts';
import { isDamage } from '../../platform/sound-store.ts';
import type { FromPipeline, PipelineStart, ToPipeline } from './pipeline-messages.ts';
import { threadId } from './processor-time.ts';
import { RunningPipeline } from './running-pipeline.ts';

/*
 * The thread that inputs, rules and outbox run in. It is a thread of its own so
 * that the main one can deliver, answer and, should a regular expression never
 * end, stop it from outside.
 */

/** The pause after a hint that there is something new, in milliseconds: what comes with it goes with it. */
const hintPauseMs = 5;

function tell(message: FromPipeline): void {
  parentPort?.postMessage(message);
}

function main(start: PipelineStart): void {
  tell({ kind: 'thread', id: threadId() });
  const log: Log = logTo((record) => tell({ kind: 'log', record }));
  let onHint = () => {};
  const running = new RunningPipeline({ ...start, log, tell, onHint: () => onHint() });
  onHint = loop(running);
}

/**
 * Turns until it is told to stop or no input is left; each turn lets children and messages
 * through. The function that it returns makes the next turn come soon.
 */
function loop(running: RunningPipeline): () => void {
  const { pipeline } = running;
  const cancelRelease = systemClock.setTimer(startMemoryMs, releaseStartMemory);
  let nextTurn: NodeJS.Timeout | undefined;
  /** True while the next turn waits for its time only because there was nothing to do. */
  let isIdle = false;
  const finish = () => {
    clearTimeout(nextTurn);
    cancelRelease();
    isIdle = false;
    if (pipeline.finish() > 0) tell({ kind: 'results' });
    running.close();
    tell({ kind: 'finished' });
    // After the last message: a closed port sends none.
    parentPort?.close();
  };
  const turn = () => {
    isIdle = false;
    try {
      const done = running.turn();
      if (done.results > 0) tell({ kind: 'results' });
      if (done.lines === 0 && pipeline.ended) finish();
      else {
        isIdle = done.lines === 0;
        nextTurn = setTimeout(turn, isIdle ? pipeline.restMs : 0);
      }
    } catch (error) {
      cancelRelease();
      fail(error);
    }
  };
  parentPort?.on('message', ({ kind }: ToPipeline) => {
    if (kind === 'stats') tell({ kind, stats: running.stats });
    else if (kind === 'reload') running.reload();
    else if (kind === 'close outputs') running.closeOutputs();
    else finish();
  });
  turn();
  return () => {
    if (!isIdle) return;
    isIdle = false;
    clearTimeout(nextTurn);
    nextTurn = setTimeout(turn, hintPauseMs);
  };
}

function fail(error: unknown): void {
  const cause = error instanceof NagtailError ? error.cause : error;
  const code = isDamage(cause) ? 'STORE_DAMAGED' : 'PIPELINE_FAILED';
  tell({ kind: 'failed', code, message: messageOf(error) });
  parentPort?.close();
}

try {
  // The only sender is pipeline-worker.ts of this same program.
  main(workerData as PipelineStart);
} catch (error) {
  fail(error);
}
