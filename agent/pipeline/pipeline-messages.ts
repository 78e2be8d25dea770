import type { LogRecord } from '../../platform/log.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Hold } from './hold-detector.ts';
import type { PipelineStats } from './pipeline-stats.ts';
import type { SuspendedRule } from './suspended-rules.ts';

/** The part of the configuration that the pipeline's thread gets: no secrets. */
export type PipelineConfig = Omit<AgentConfig, 'receivers'>;

/** The rules as they run, for the thread that may have to go on with them. */
export interface CarriedRules {
  /** The text of each rule file. */
  readonly texts: ReadonlyMap<string, ByteString>;
  readonly suspended: readonly SuspendedRule[];
}

/** What the pipeline's thread is started with. */
export interface PipelineStart {
  readonly config: PipelineConfig;
  /** Where it notes what it is at: see WorkNotes. */
  readonly notes: SharedArrayBuffer;
  /** It takes the place of one that was ended because a rule held a line: what that one ran, and why. */
  readonly after: { readonly rules: CarriedRules; readonly hold: Hold } | undefined;
}

/** What the pipeline's thread tells the main thread. */
export type FromPipeline =
  | { readonly kind: 'log'; readonly record: LogRecord }
  /** The id of the thread, where the system tells it. */
  | { readonly kind: 'thread'; readonly id: number | undefined }
  /** These rules run from now on. */
  | { readonly kind: 'rules'; readonly rules: CarriedRules }
  /** Inputs are open and rules are loaded. */
  | { readonly kind: 'ready'; readonly rules: number; readonly inputs: number }
  /** How the pipeline is; it was asked for. */
  | { readonly kind: 'stats'; readonly stats: PipelineStats }
  /** New results are in the outbox. */
  | { readonly kind: 'results' }
  /** A rule asks for what this signal of SEC's does: `HUP` and so on. */
  | { readonly kind: 'signal'; readonly name: string }
  /** All inputs have ended, or it was told to stop: everything is in the outbox. */
  | { readonly kind: 'finished' }
  | {
      readonly kind: 'failed';
      readonly code: 'PIPELINE_FAILED' | 'STORE_DAMAGED';
      readonly message: string;
    };

/** What the main thread tells the pipeline's thread. */
export interface ToPipeline {
  /**
   * `reload`: look at the rule files again; `close outputs`: of what rules write to; `stats`: tell
   * how it is.
   */
  readonly kind: 'stop' | 'reload' | 'close outputs' | 'stats';
}
