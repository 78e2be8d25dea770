import { Worker } from 'node:worker_threads';
import { NagtailError } from '../../platform/errors.ts';
import type { FromPipeline, PipelineStart, ToPipeline } from './pipeline-messages.ts';

export interface PipelineWorkerListener {
  onMessage(message: FromPipeline): void;
  /** It has ended, and was not told to. */
  onFailure(error: NagtailError): void;
}

/** The pipeline's thread, seen from the main thread. */
export class PipelineWorker {
  readonly #worker: Worker;
  #listener: PipelineWorkerListener | undefined;

  constructor(start: PipelineStart, listener: PipelineWorkerListener) {
    this.#listener = listener;
    this.#worker = new Worker(new URL('./pipeline-thread.ts', import.meta.url), {
      workerData: start,
    });
    this.#worker.on('message', (message: FromPipeline) => this.#listener?.onMessage(message));
    this.#worker.once('error', (cause) => this.#failed(`the pipeline failed: ${cause}`, cause));
    this.#worker.once('exit', () => this.#failed('the rules were ended before they had finished'));
  }

  tell(message: ToPipeline): void {
    this.#worker.postMessage(message);
  }

  /** Ends it by force, whatever it is at; what it says meanwhile is heard no more. */
  async end(): Promise<void> {
    this.#listener = undefined;
    await this.#worker.terminate();
  }

  #failed(message: string, cause?: unknown): void {
    this.#listener?.onFailure(new NagtailError('PIPELINE_FAILED', message, { cause }));
  }
}
