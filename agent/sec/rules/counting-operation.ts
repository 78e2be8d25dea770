import type { Runtime } from '../engine/runtime.ts';
import { EventTimes } from '../operations/event-times.ts';
import { type OperationStart, RuleOperation } from '../operations/rule-operation.ts';

/** An operation that counts events by the times at which they came. */
export abstract class CountingOperation extends RuleOperation {
  protected readonly times: EventTimes;

  constructor(start: OperationStart, times: readonly number[]) {
    super(start);
    this.times = new EventTimes(times);
  }

  /** It still counts: without an event in its window it has no reason to be. */
  protected abstract get needsEvents(): boolean;

  override shift(seconds: number): void {
    super.shift(seconds);
    this.times.shift(seconds);
  }

  override moveWindow(windowStart: number, runtime: Runtime): void {
    this.windowStart = windowStart;
    this.times.dropBefore(windowStart);
    if (this.times.count === 0 && this.needsEvents) runtime.operations.remove(this);
    else runtime.operations.reschedule(this);
  }

  /** Slides the window to the oldest event that is not before a time; ends without one. */
  protected slide(start: number, runtime: Runtime): void {
    this.times.dropBefore(start);
    const oldest = this.times.first;
    if (oldest === undefined) {
      runtime.operations.remove(this);
      return;
    }
    this.windowStart = oldest;
    runtime.operations.reschedule(this);
  }
}
