import type { ByteString } from '../../../protocol/byte-string.ts';
import { runActions } from '../actions/run-actions.ts';
import type { Continuation, Rule } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import { operationKey } from '../operations/operation.ts';
import { readTimes } from '../operations/rule-operation.ts';
import type { RecordReader } from '../state/record-reader.ts';
import { readBoundActions } from '../state/saved-actions.ts';
import { bindActions, bindText } from './bound.ts';
import type { EventCondition } from './event-condition.ts';
import { EventRule } from './event-rule.ts';
import { PairOperation, type PairSettings } from './pair-operation.ts';
import { allParts, type RulePlace, type RuleType } from './rule-type.ts';

const keywords = {
  mandatory: ['ptype', 'pattern', 'desc', 'action', 'ptype2', 'pattern2', 'desc2', 'action2'],
  optional: ['varmap', 'context', 'continue', 'varmap2', 'context2', 'continue2'],
};

/** `type=Pair`: acts on a first event, then waits for a second one and acts on that. */
export const pairType: RuleType = {
  name: 'PAIR',
  mandatory: keywords.mandatory,
  optional: [...keywords.optional, 'window'],
  read: (checked, place) => readPair(checked, place, 'pair'),
};

/** `type=PairWithWindow`: acts when the second event does not come in time, or when it does. */
export const pairWithWindowType: RuleType = {
  name: 'PAIRWITHWINDOW',
  mandatory: [...keywords.mandatory, 'window'],
  optional: keywords.optional,
  read: (checked, place) => readPair(checked, place, 'pair with window'),
};

/** What a Pair rule and a PairWithWindow rule consist of. */
export interface PairParts extends PairSettings {
  readonly condition: EventCondition;
  readonly continuation: Continuation;
  readonly description: ByteString;
  readonly continuation2: Continuation;
}

function readPair(
  checked: Parameters<RuleType['read']>[0],
  place: RulePlace,
  kind: PairParts['kind'],
): Rule | undefined {
  const parts = allParts<PairParts>({
    kind,
    condition: checked.condition(),
    continuation: checked.continuation('continue'),
    description: checked.text('desc'),
    actions: checked.actions('action'),
    window: kind === 'pair' ? checked.optionalWindow('window') : checked.window('window'),
    second: checked.secondEvent(),
    continuation2: checked.continuation('continue2'),
  });
  return parts && new PairRule(place, parts);
}

class PairRule extends EventRule {
  readonly #parts: PairParts;

  constructor(place: RulePlace, parts: PairParts) {
    const lines = Math.max(parts.condition.pattern.lines, parts.second.type.lines);
    super(place, lines, [parts.condition.sought, parts.second.sought]);
    this.#parts = parts;
  }

  override process(runtime: Runtime): Continuation | undefined {
    const match = this.#parts.condition.match(runtime);
    // A line that is a first event is never tried as a second one.
    if (match === undefined) return this.#trySecond(runtime);
    const { description, actions, second, kind, continuation } = this.#parts;
    const bound = bindText(description, match, runtime);
    const running = this.operationOf(bound, runtime);
    if (running instanceof PairOperation) {
      if (!running.isOver(runtime.time)) return continuation;
      running.expire(runtime);
    }
    const ruleName = kind === 'pair' ? 'Pair' : 'PairWithWindow';
    const boundSecond = second.bind(match, runtime, ruleName);
    if ('fault' in boundSecond) {
      const operation = `${ruleName} event correlation operation with the key '${operationKey(this.origin.file, this.id, bound)}'`;
      runtime.host.log(2, boundSecond.fault);
      runtime.host.log(2, `Can't start ${operation}`);
      return continuation;
    }
    const boundActions = bindActions(actions, match, runtime);
    const operation = new PairOperation({
      origin: this.origin,
      windowStart: runtime.time,
      rule: this.#parts,
      description: bound,
      actions: boundActions,
      second: boundSecond,
    });
    runtime.operations.add(operation);
    if (kind === 'pair') {
      runActions(boundActions, { runtime, description: bound, origin: this.origin });
    }
    return continuation;
  }

  override restore(record: RecordReader, runtime: Runtime): PairOperation | undefined {
    const rule = this.#parts;
    const times = readTimes(record);
    const description = record.text();
    const actions = readBoundActions(rule.actions, record);
    const second = rule.second.restore(record, runtime);
    const { origin } = this;
    const start = { origin, description, ...times };
    return second && new PairOperation({ ...start, rule, actions, second });
  }

  #trySecond(runtime: Runtime): Continuation | undefined {
    let matched = false;
    for (const operation of runtime.operations.ofRule(this.origin.file, this.id)) {
      if (operation instanceof PairOperation && operation.trySecond(runtime)) matched = true;
    }
    return matched ? this.#parts.continuation2 : undefined;
  }
}
