import type { LogRecord } from '../../platform/log.ts';
import type { AgentConfig } from '../config/agent-config.ts';

/** The part of the configuration that the pipeline's thread gets: no secrets. */
export type PipelineConfig = Omit<AgentConfig, 'receivers'>;

/** What the pipeline's thread tells the main thread. */
export type FromPipeline =
  | { readonly kind: 'log'; readonly record: LogRecord }
  /** Inputs are open and rules are loaded. */
  | { readonly kind: 'ready'; readonly rules: number; readonly inputs: number }
  /** New results are in the outbox. */
  | { readonly kind: 'results' }
  /** All inputs have ended, or it was told to stop: everything is in the outbox. */
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly message: string };

/** What the main thread tells the pipeline's thread. */
export interface ToPipeline {
  /** `reload`: look at the rule files again. */
  readonly kind: 'stop' | 'reload';
}
