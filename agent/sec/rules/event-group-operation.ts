import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import type { ActionOrigin } from '../contexts/context.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { OperationDetails } from '../operations/operation-details.ts';
import { type OperationStart, RuleOperation, readTimes } from '../operations/rule-operation.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { RecordWriter } from '../state/record-writer.ts';
import { readBoundActions, saveBoundActions } from '../state/saved-actions.ts';
import type { GroupPattern } from './group-pattern.ts';

/** What the rule of a group says about its operations. */
export interface GroupSettings {
  readonly window: number;
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

interface EventGroupFields extends OperationStart {
  readonly rule: GroupSettings;
  readonly actions: readonly Action[];
  readonly init: readonly Action[];
  readonly slide: readonly Action[];
  readonly end: readonly Action[];
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
  terminating = false;
  readonly #fields: EventGroupFields;
  #events: GroupedEvent[] = [];
  /** How many of the events are of each kind: with a long window there are too many to count each time. */
  #counts: number[] = [];
  /** It has acted, and ignores further events until its window is over. */
  #suppressing = false;

  constructor(fields: EventGroupFields) {
    super(fields);
    this.#fields = { ...fields, description: this.description };
  }

  override get dueAt(): number {
    return this.windowStart + this.#fields.rule.window + 1;
  }

  /** Makes an operation again of what `save` wrote. */
  static restore(
    record: RecordReader,
    rule: GroupSettings,
    origin: ActionOrigin,
  ): EventGroupOperation {
    const times = readTimes(record);
    const description = record.text();
    const operation = new EventGroupOperation({
      origin,
      ...times,
      rule,
      description,
      actions: readBoundActions(rule.actions, record),
      init: readBoundActions(rule.init, record),
      slide: readBoundActions(rule.slide, record),
      end: readBoundActions(rule.end, record),
    });
    operation.#suppressing = record.flag();
    for (const time of record.times()) {
      operation.#add({ time, index: record.number(), token: record.text() });
    }
    return operation;
  }

  override shift(seconds: number): void {
    super.shift(seconds);
    this.#events = this.#events.map((event) => ({ ...event, time: event.time + seconds }));
  }

  override save(record: RecordWriter): void {
    super.save(record);
    const { rule, description, actions, init, slide, end } = this.#fields;
    record.text(description);
    saveBoundActions(actions, rule.actions, record);
    saveBoundActions(init, rule.init, record);
    saveBoundActions(slide, rule.slide, record);
    saveBoundActions(end, rule.end, record);
    record.flag(this.#suppressing);
    record.times(this.#events.map(({ time }) => time));
    for (const { index, token } of this.#events) {
      record.number(index);
      record.text(token);
    }
  }

  /** Takes an event of now into the window, unless it is suppressing. */
  record(index: number, token: ByteString, runtime: Runtime): void {
    if (this.#suppressing) return;
    this.#add({ time: runtime.time, index, token });
    runtime.operations.changed(this);
  }

  /** Acts when there are enough events of every kind, in the wanted order. */
  check(runtime: Runtime): void {
    if (this.#suppressing || !this.#isComplete(runtime)) return;
    this.#suppressing = !this.#fields.rule.multipleActions;
    runtime.operations.changed(this);
    this.run(this.#fields.actions, this.#fields.description, runtime);
  }

  override expire(runtime: Runtime): void {
    if (!this.#suppressing) {
      // Where the window begins when nothing is left in it: end actions may ask.
      this.windowStart = runtime.time - this.#fields.rule.window;
      const oldest = this.#keepFrom(this.windowStart);
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
    const { rule, description, actions, init, slide, end } = this.#fields;
    return {
      startedAt: this.startedAt,
      window: rule.window,
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
    this.terminating = true;
    this.run(this.#fields.end, this.#fields.description, runtime);
    runtime.operations.remove(this);
  }

  #add(event: GroupedEvent): void {
    this.#events.push(event);
    this.#counts[event.index] = (this.#counts[event.index] ?? 0) + 1;
  }

  /** Forgets the events before a time; gives the oldest of the others. */
  #keepFrom(start: number): GroupedEvent | undefined {
    const events = this.#events;
    this.#events = [];
    this.#counts = [];
    for (const event of events) if (event.time >= start) this.#add(event);
    return this.#events[0];
  }

  #isComplete(runtime: Runtime): boolean {
    const { thresholds, groupPattern } = this.#fields.rule;
    if (thresholds.some((needed, index) => (this.#counts[index] ?? 0) < needed)) return false;
    if (groupPattern === 'none') return true;
    const tokens = this.#events.map(({ token }) => token);
    const times = this.#events.map(({ time }) => String(time));
    return groupPattern.matches(tokens, times, runtime);
  }
}
