import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { runActions } from '../actions/run-actions.ts';
import type { Continuation, Rule } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { RecordReader } from '../state/record-reader.ts';
import type { Match } from '../substitute/match.ts';
import { bindActions, bindText } from './bound.ts';
import type { CheckedKeywords } from './checked-keywords.ts';
import type { EventCondition } from './event-condition.ts';
import { EventGroupOperation, type GroupSettings } from './event-group-operation.ts';
import { EventRule } from './event-rule.ts';
import { allParts, type RulePlace, type RuleType } from './rule-type.ts';

/** `type=EventGroupN`: acts when enough events of several kinds came within a time. */
export function eventGroupType(count: number, name: ByteString): RuleType {
  const numbers = Array.from({ length: count }, (_, index) => suffix(index));
  const mandatory = numbers.flatMap((number) => [`ptype${number}`, `pattern${number}`]);
  const optional = numbers.flatMap((number) =>
    ['varmap', 'context', 'continue', 'count', 'thresh', 'egtoken'].map((word) => word + number),
  );
  return {
    name,
    mandatory: [...mandatory, 'desc', 'action', 'window'],
    optional: [...optional, 'init', 'slide', 'end', 'multact', 'egptype', 'egpattern'],
    read: (keywords, place) => readEventGroup(keywords, place, numbers),
  };
}

/** Keywords of the first event have no number, those of the others have theirs. */
function suffix(index: number): string {
  return index === 0 ? '' : String(index + 1);
}

/** One of the kinds of events that a group consists of. */
interface GroupEvent {
  readonly condition: EventCondition;
  readonly continuation: Continuation;
  readonly countActions: readonly Action[];
  readonly threshold: number;
  readonly token: ByteString;
}

interface EventGroupParts extends GroupSettings {
  readonly events: readonly GroupEvent[];
  readonly description: ByteString;
}

function readEventGroup(
  keywords: CheckedKeywords,
  place: RulePlace,
  numbers: readonly string[],
): Rule | undefined {
  const events = numbers.map((number, index) =>
    allParts<GroupEvent>({
      condition: keywords.condition(number),
      continuation: keywords.continuation(`continue${number}`),
      countActions: keywords.optionalActions(`count${number}`),
      threshold: keywords.optionalThreshold(`thresh${number}`),
      token: keywords.text(`egtoken${number}`) || String(index + 1),
    }),
  );
  const parts = allParts<Omit<EventGroupParts, 'events' | 'thresholds'>>({
    description: keywords.text('desc'),
    actions: keywords.actions('action'),
    init: keywords.optionalActions('init'),
    slide: keywords.optionalActions('slide'),
    end: keywords.optionalActions('end'),
    window: keywords.window('window'),
    multipleActions: keywords.yesNo('multact', false),
    groupPattern: keywords.groupPattern(numbers.map((number) => `egtoken${number}`)),
  });
  const complete = events.filter((event) => event !== undefined);
  if (parts === undefined || complete.length < events.length) return undefined;
  const thresholds = complete.map(({ threshold }) => threshold);
  return new EventGroupRule(place, { ...parts, events: complete, thresholds });
}

class EventGroupRule extends EventRule {
  readonly #parts: EventGroupParts;

  constructor(place: RulePlace, parts: EventGroupParts) {
    const conditions = parts.events.map(({ condition }) => condition);
    const lines = Math.max(...conditions.map(({ pattern }) => pattern.lines));
    super(
      place,
      lines,
      conditions.map((condition) => condition.sought),
    );
    this.#parts = parts;
  }

  override process(runtime: Runtime): Continuation | undefined {
    for (const [index, event] of this.#parts.events.entries()) {
      const match = event.condition.match(runtime);
      if (match === undefined) continue;
      this.#take(index, event, match, runtime);
      return event.continuation;
    }
    return undefined;
  }

  override restore(record: RecordReader): EventGroupOperation {
    return EventGroupOperation.restore(record, this.#parts, this.origin);
  }

  #take(index: number, event: GroupEvent, match: Match, runtime: Runtime): void {
    const { operations } = runtime;
    const description = bindText(this.#parts.description, match, runtime);
    const running = this.presentOperationOf(description, runtime);
    const operation =
      running instanceof EventGroupOperation ? running : this.#begin(description, match, runtime);
    // Its own init actions may have ended it.
    if (!operations.has(operation)) return;
    operation.record(index, bindText(event.token, match, runtime), runtime);
    runActions(bindActions(event.countActions, match, runtime), {
      runtime,
      description,
      origin: this.origin,
    });
    if (operations.has(operation)) operation.check(runtime);
  }

  #begin(description: ByteString, match: Match, runtime: Runtime): EventGroupOperation {
    const { actions, init, slide, end } = this.#parts;
    const boundInit = bindActions(init, match, runtime);
    const operation = new EventGroupOperation({
      origin: this.origin,
      windowStart: runtime.time,
      rule: this.#parts,
      description,
      actions: bindActions(actions, match, runtime),
      init: boundInit,
      slide: bindActions(slide, match, runtime),
      end: bindActions(end, match, runtime),
    });
    runtime.operations.add(operation);
    const { origin } = this;
    operation.initializing = true;
    runActions(boundInit, { runtime, description, origin });
    operation.initializing = false;
    return operation;
  }
}
