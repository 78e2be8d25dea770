import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { type OperationStart, RuleOperation } from '../operations/rule-operation.ts';
import type { BoundSecondEvent } from './second-event.ts';

interface PairOperationFields extends OperationStart {
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
export class PairOperation extends RuleOperation {
  readonly listed = true;
  readonly #fields: PairOperationFields;

  constructor(fields: PairOperationFields) {
    super(fields);
    this.#fields = fields;
  }

  override get dueAt(): number | undefined {
    const { window } = this.#fields;
    return window > 0 ? this.windowStart + window + 1 : undefined;
  }

  /** True when its window is over. */
  isOver(now: number): boolean {
    return this.dueAt !== undefined && this.dueAt <= now;
  }

  override expire(runtime: Runtime): void {
    const { lateActions, description } = this.#fields;
    this.run(lateActions, description, runtime);
    runtime.operations.remove(this);
  }

  override details(): OperationDetails {
    const { window, description, actions, second } = this.#fields;
    const { texts, actions: secondActions } = second.details();
    return {
      startedAt: this.startedAt,
      window,
      texts: { desc: description, ...texts },
      actions: { action: actions, action2: secondActions },
    };
  }

  /** Ends with its second actions when the current line is the second event. */
  trySecond(runtime: Runtime): boolean {
    const { second, endsWithWindow } = this.#fields;
    // An action for an earlier operation may have ended this one.
    if (!runtime.operations.has(this)) return false;
    const found = second.match(runtime);
    if (found === undefined) return false;
    const { description, actions } = found;
    const late = endsWithWindow && this.isOver(runtime.time);
    if (!late) this.run(actions, description, runtime);
    runtime.operations.remove(this);
    return !late;
  }
}
