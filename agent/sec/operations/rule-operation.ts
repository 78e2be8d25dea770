import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { ActionOrigin } from '../contexts/context.ts';
import { ownText } from '../engine/own-text.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import { type Operation, operationKey } from './operation.ts';
import type { OperationDetails } from './operation-details.ts';

/** What every operation begins with. */
export interface OperationStart {
  readonly origin: ActionOrigin;
  readonly description: ByteString;
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

/**
 * What all operations have. There may be hundreds of thousands: fields are few, and what belongs to the
 * rule is shared.
 */
export abstract class RuleOperation implements Operation {
  /** The rule that it belongs to; the same object for all of its operations. */
  readonly origin: ActionOrigin;
  readonly description: ByteString;
  number = 0;
  scheduledAt: number | undefined;
  changed = false;
  saved = false;
  windowStart: number;
  /** When it began: its window may have moved since. */
  protected startedAt: number;

  constructor({ origin, description, windowStart, startedAt = windowStart }: OperationStart) {
    this.origin = origin;
    this.description = ownText(description);
    this.windowStart = windowStart;
    this.startedAt = startedAt;
  }

  get file(): string {
    return this.origin.file;
  }

  get ruleId(): number {
    return this.origin.ruleId;
  }

  get key(): ByteString {
    return operationKey(this.file, this.ruleId, this.description);
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
    runActions(actions, { runtime, description, origin: this.origin });
  }
}
