import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { ActionOrigin } from '../contexts/context.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import type { Operation } from './operation.ts';
import type { OperationDetails } from './operation-details.ts';

/** What every operation begins with. */
export interface OperationStart {
  readonly key: ByteString;
  readonly origin: ActionOrigin;
  /** Unix time in seconds. */
  readonly windowStart: number;
  /** When it began, if its window has moved since. */
  readonly startedAt?: number;
}

/** The times that every saved operation begins with. */
export function readTimes(record: RecordReader): { windowStart: number; startedAt: number } {
  const windowStart = record.time();
  return { windowStart, startedAt: windowStart - record.signed() };
}

/** What all operations have. */
export abstract class RuleOperation implements Operation {
  readonly key: ByteString;
  readonly file: string;
  readonly ruleId: number;
  number = 0;
  scheduledAt: number | undefined;
  changed = false;
  saved = false;
  windowStart: number;
  /** When it began: its window may have moved since. */
  protected startedAt: number;

  constructor({ key, origin, windowStart, startedAt = windowStart }: OperationStart) {
    this.key = key;
    this.file = origin.file;
    this.ruleId = origin.ruleId;
    this.windowStart = windowStart;
    this.startedAt = startedAt;
  }

  abstract readonly dueAt: number | undefined;
  abstract expire(runtime: Runtime): void;
  abstract details(): OperationDetails;

  shift(seconds: number): void {
    this.windowStart += seconds;
    this.startedAt += seconds;
  }

  /** Writes the times; then everything else follows. */
  save(record: RecordWriter): void {
    record.time(this.windowStart);
    record.signed(this.windowStart - this.startedAt);
  }

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
