import type { Action } from '../actions/action.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { type OperationStart, RuleOperation } from '../operations/rule-operation.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import { saveBoundActions } from '../state/saved-actions.ts';
import type { BoundSecondEvent, SecondEvent } from './second-event.ts';

/** What the rule of a pair says about its operations. */
export interface PairSettings {
  readonly kind: 'pair' | 'pair with window';
  readonly actions: readonly Action[];
  /** Seconds; 0 is for ever. */
  readonly window: number;
  readonly second: SecondEvent;
}

interface PairOperationFields extends OperationStart {
  readonly rule: PairSettings;
  /** Of a Pair for the first event, of a PairWithWindow when the second did not come. */
  readonly actions: readonly Action[];
  readonly second: BoundSecondEvent;
}

/** Waits for the second event of a pair. */
export class PairOperation extends RuleOperation {
  readonly listed = true;
  readonly #fields: PairOperationFields;

  constructor(fields: PairOperationFields) {
    super(fields);
    this.#fields = { ...fields, description: this.description };
  }

  override get dueAt(): number | undefined {
    const { window } = this.#fields.rule;
    return window > 0 ? this.windowStart + window + 1 : undefined;
  }

  /** True when its window is over. */
  isOver(now: number): boolean {
    return this.dueAt !== undefined && this.dueAt <= now;
  }

  override expire(runtime: Runtime): void {
    const { rule, actions, description } = this.#fields;
    if (rule.kind === 'pair with window') this.run(actions, description, runtime);
    runtime.operations.remove(this);
  }

  override details(): OperationDetails {
    const { rule, description, actions, second } = this.#fields;
    const { texts, actions: secondActions } = second.details();
    return {
      startedAt: this.startedAt,
      window: rule.window,
      texts: { desc: description, ...texts },
      actions: { action: actions, action2: secondActions },
    };
  }

  override save(record: RecordWriter): void {
    super.save(record);
    const { rule, description, actions, second } = this.#fields;
    record.text(description);
    saveBoundActions(actions, rule.actions, record);
    second.save(record);
  }

  /** Ends with its second actions when the current line is the second event. */
  trySecond(runtime: Runtime): boolean {
    const { second, rule } = this.#fields;
    // An action for an earlier operation may have ended this one.
    if (!runtime.operations.has(this)) return false;
    const found = second.match(runtime);
    if (found === undefined) return false;
    const { description, actions } = found;
    // After the window a second event is none for a Pair; for a PairWithWindow it still is one.
    const late = rule.kind === 'pair' && this.isOver(runtime.time);
    if (!late) this.run(actions, description, runtime);
    runtime.operations.remove(this);
    return !late;
  }
}
