import { Worker } from 'node:worker_threads';
import { NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { FromPipeline, PipelineConfig, ToPipeline } from './pipeline-messages.ts';

/** A running pipeline, seen from the main thread. */
export interface PipelineHandle {
  /** Settles when all inputs have ended or after stop(); rejects when the pipeline failed. */
  readonly finished: Promise<void>;
  /**
   * Stops reading; `finished` settles when everything read is in the outbox. A rule
   * that is still at work at the deadline is ended by force, and `finished` rejects.
   */
  stop(deadlineMs: number): void;
  /** Looks at the rule files again; what it finds is logged. */
  reload(): void;
}

export interface PipelineListener {
  /** New results are in the outbox. */
  onResults(): void;
}

/** Starts the thread that follows inputs and runs rules. */
export function startPipeline(
  config: PipelineConfig,
  log: Log,
  listener: PipelineListener,
): PipelineHandle {
  const worker = new Worker(new URL('./pipeline-thread.ts', import.meta.url), {
    workerData: config,
  });
  const finished = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromPipeline) => {
      switch (message.kind) {
        case 'log': {
          const { level, code, message: text, fields } = message.record;
          log[level](code, text, fields);
          break;
        }
        case 'ready':
          log.info('READY', `following ${message.inputs} inputs with ${message.rules} rules`, {
            inputs: message.inputs,
            rules: message.rules,
          });
          break;
        case 'results':
          listener.onResults();
          break;
        case 'finished':
          resolve();
          break;
        case 'failed':
          reject(new NagtailError('PIPELINE_FAILED', message.message));
          break;
      }
    });
    worker.once('error', (error) => {
      reject(
        new NagtailError('PIPELINE_FAILED', `the pipeline failed: ${error}`, { cause: error }),
      );
    });
    worker.once('exit', () => {
      reject(new NagtailError('PIPELINE_FAILED', 'the rules were ended before they had finished'));
    });
  });
  const tell = (message: ToPipeline) => worker.postMessage(message);
  return {
    finished,
    reload: () => tell({ kind: 'reload' }),
    stop(deadlineMs) {
      tell({ kind: 'stop' });
      const force = setTimeout(() => void worker.terminate(), deadlineMs);
      worker.once('exit', () => clearTimeout(force));
    },
  };
}
