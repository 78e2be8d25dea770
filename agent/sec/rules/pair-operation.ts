import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Operation } from '../operations/operation.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import type { BoundSecondEvent } from './second-event.ts';

interface PairOperationFields {
  readonly key: ByteString;
  readonly file: string;
  readonly ruleId: number;
  readonly windowStart: number;
  readonly window: number;
  readonly description: ByteString;
  /** Of the first event. */
  readonly actions: readonly Action[];
  /** Run when the second event did not come: PairWithWindow. */
  readonly lateActions: readonly Action[];
  readonly second: BoundSecondEvent;
  /** A second event after the window is none: Pair. Of PairWithWindow it still is one. */
  readonly endsWithWindow: boolean;
}

/** Waits for the second event of a pair. */
export class PairOperation implements Operation {
  readonly key: ByteString;
  readonly file: string;
  readonly ruleId: number;
  readonly listed = true;
  windowStart: number;
  readonly #startedAt: number;
  readonly #fields: PairOperationFields;

  constructor(fields: PairOperationFields) {
    this.key = fields.key;
    this.file = fields.file;
    this.ruleId = fields.ruleId;
    this.windowStart = fields.windowStart;
    this.#startedAt = fields.windowStart;
    this.#fields = fields;
  }

  get dueAt(): number | undefined {
    const { window } = this.#fields;
    return window > 0 ? this.windowStart + window + 1 : undefined;
  }

  /** True when its window is over. */
  isOver(now: number): boolean {
    return this.dueAt !== undefined && this.dueAt <= now;
  }

  expire(runtime: Runtime): void {
    const { lateActions, description, file, ruleId } = this.#fields;
    runActions(lateActions, { runtime, description, origin: { file, ruleId } });
    runtime.operations.remove(this);
  }

  details(): OperationDetails {
    const { window, description, actions, second } = this.#fields;
    const { texts, actions: secondActions } = second.details();
    return {
      startedAt: this.#startedAt,
      window,
      texts: { desc: description, ...texts },
      actions: { action: actions, action2: secondActions },
    };
  }

  moveWindow(windowStart: number, runtime: Runtime): void {
    this.windowStart = windowStart;
    runtime.operations.reschedule(this);
  }

  /** Ends with its second actions when the current line is the second event. */
  trySecond(runtime: Runtime): boolean {
    const { second, endsWithWindow, file, ruleId } = this.#fields;
    // An action for an earlier operation may have ended this one.
    if (!runtime.operations.has(this)) return false;
    const found = second.match(runtime);
    if (found === undefined) return false;
    const { description, actions } = found;
    const late = endsWithWindow && this.isOver(runtime.time);
    if (!late) runActions(actions, { runtime, description, origin: { file, ruleId } });
    runtime.operations.remove(this);
    return !late;
  }
}
