import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { ActionOrigin } from '../contexts/context.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Operation } from './operation.ts';
import type { OperationDetails } from './operation-details.ts';

/** What every operation begins with. */
export interface OperationStart {
  readonly key: ByteString;
  readonly origin: ActionOrigin;
  /** Unix time in seconds. */
  readonly windowStart: number;
}

/** What all operations have. */
export abstract class RuleOperation implements Operation {
  readonly key: ByteString;
  readonly file: string;
  readonly ruleId: number;
  windowStart: number;
  /** When it began: its window may have moved since. */
  protected readonly startedAt: number;

  constructor({ key, origin, windowStart }: OperationStart) {
    this.key = key;
    this.file = origin.file;
    this.ruleId = origin.ruleId;
    this.windowStart = windowStart;
    this.startedAt = windowStart;
  }

  abstract readonly dueAt: number | undefined;
  abstract expire(runtime: Runtime): void;
  abstract details(): OperationDetails;

  moveWindow(windowStart: number, runtime: Runtime): void {
    this.windowStart = windowStart;
    runtime.operations.reschedule(this);
  }

  /** Runs actions of the rule. */
  protected run(actions: readonly Action[], description: ByteString, runtime: Runtime): void {
    const { file, ruleId } = this;
    runActions(actions, { runtime, description, origin: { file, ruleId } });
  }
}
