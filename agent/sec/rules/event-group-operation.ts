import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { type OperationStart, RuleOperation } from '../operations/rule-operation.ts';
import type { GroupPattern } from './group-pattern.ts';

interface EventGroupFields extends OperationStart {
  readonly window: number;
  readonly description: ByteString;
  readonly actions: readonly Action[];
  readonly init: readonly Action[];
  readonly slide: readonly Action[];
  readonly end: readonly Action[];
  /** For each kind of event how many are needed. */
  readonly thresholds: readonly number[];
  /** Act at every event while there are enough, not only once. */
  readonly multipleActions: boolean;
  readonly groupPattern: GroupPattern | 'none';
}

/** An event in the window of a group. */
interface GroupedEvent {
  readonly time: number;
  /** Which of the kinds it is. */
  readonly index: number;
  readonly token: ByteString;
}

/** The events of a group within its window. */
export class EventGroupOperation extends RuleOperation {
  initializing = false;
  readonly #fields: EventGroupFields;
  #events: GroupedEvent[] = [];
  /** It has acted, and ignores further events until its window is over. */
  #suppressing = false;

  constructor(fields: EventGroupFields) {
    super(fields);
    this.#fields = fields;
  }

  override get dueAt(): number {
    return this.windowStart + this.#fields.window + 1;
  }

  /** Takes an event of now into the window, unless it is suppressing. */
  record(index: number, token: ByteString, runtime: Runtime): void {
    if (!this.#suppressing) this.#events.push({ time: runtime.time, index, token });
  }

  /** Acts when there are enough events of every kind, in the wanted order. */
  check(runtime: Runtime): void {
    if (this.#suppressing || !this.#isComplete(runtime)) return;
    this.#suppressing = !this.#fields.multipleActions;
    this.run(this.#fields.actions, this.#fields.description, runtime);
  }

  override expire(runtime: Runtime): void {
    if (!this.#suppressing) {
      const oldest = this.#keepFrom(runtime.time - this.#fields.window);
      if (oldest !== undefined) {
        this.windowStart = oldest.time;
        runtime.operations.reschedule(this);
        this.run(this.#fields.slide, this.#fields.description, runtime);
        return;
      }
    }
    this.#finish(runtime);
  }

  override details(): OperationDetails {
    const { window, description, actions, init, slide, end } = this.#fields;
    return {
      startedAt: this.startedAt,
      window,
      texts: { desc: description },
      actions: { action: actions, init, slide, end },
      status: this.#suppressing ? 'suppressing' : 'checking for thresholds',
      events: this.#events.map(({ time, index, token }) => ({ time, pattern: index + 1, token })),
    };
  }

  override moveWindow(windowStart: number, runtime: Runtime): void {
    this.windowStart = windowStart;
    if (this.#keepFrom(windowStart) === undefined && !this.#suppressing) this.#finish(runtime);
    else runtime.operations.reschedule(this);
  }

  #finish(runtime: Runtime): void {
    this.run(this.#fields.end, this.#fields.description, runtime);
    runtime.operations.remove(this);
  }

  #keepFrom(start: number): GroupedEvent | undefined {
    this.#events = this.#events.filter(({ time }) => time >= start);
    return this.#events[0];
  }

  #isComplete(runtime: Runtime): boolean {
    const { thresholds, groupPattern } = this.#fields;
    const counts = thresholds.map(() => 0);
    for (const { index } of this.#events) counts[index] = (counts[index] ?? 0) + 1;
    if (thresholds.some((needed, index) => (counts[index] ?? 0) < needed)) return false;
    if (groupPattern === 'none') return true;
    const tokens = this.#events.map(({ token }) => token);
    const times = this.#events.map(({ time }) => String(time));
    return groupPattern.matches(tokens, times, runtime);
  }
}
