import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Fault } from '../rule-file/fault.ts';
import { calendarType } from './calendar.ts';
import { eventGroupType } from './event-group.ts';
import { jumpType } from './jump.ts';
import { pairType, pairWithWindowType } from './pair.ts';
import type { RuleType } from './rule-type.ts';
import { singleType } from './single.ts';
import { singleWith2ThresholdsType } from './single-with-2-thresholds.ts';
import { singleWithScriptType } from './single-with-script.ts';
import { singleWithSuppressType } from './single-with-suppress.ts';
import { singleWithThresholdType } from './single-with-threshold.ts';
import { suppressType } from './suppress.ts';

/** All but EventGroup, of which there is one for each number of events, by what rules call them. */
const types: Readonly<Record<string, RuleType>> = {
  Single: singleType,
  SingleWithScript: singleWithScriptType,
  SingleWithSuppress: singleWithSuppressType,
  SingleWithThreshold: singleWithThresholdType,
  SingleWith2Thresholds: singleWith2ThresholdsType,
  Pair: pairType,
  PairWithWindow: pairWithWindowType,
  Suppress: suppressType,
  Calendar: calendarType,
  Jump: jumpType,
};

const byName: ReadonlyMap<string, RuleType> = new Map(
  Object.values(types).map((type) => [type.name, type]),
);

const typeNames = [...Object.keys(types), 'EventGroup', 'Options'];

/** The most kinds of events that one group may have: enough for any rule, and no memory is at risk. */
const groupEventsMax = 1_000;

/** What rules call the types that take a keyword. */
export function typesWithKeyword(keyword: string): readonly string[] {
  const number = Math.min(Number(/\d+$/.exec(keyword)?.[0] ?? 1), groupEventsMax);
  const groupName = number === 1 ? 'EventGroup' : `EventGroup${number}`;
  const group: [string, RuleType] = [groupName, eventGroupType(number, groupName)];
  return [...Object.entries(types), group]
    .filter(([, { mandatory, optional }]) => [...mandatory, ...optional].includes(keyword))
    .map(([name]) => name);
}

/** The type of a rule by the value of its `type` keyword; or what is wrong with that. */
export function findRuleType(value: ByteString): RuleType | Fault {
  const name = value.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  const known = byName.get(name);
  if (known !== undefined) return known;
  const group = /^EVENTGROUP(\d*)$/.exec(name);
  if (group === null) {
    const hint = `expected one of ${typeNames.join(', ')}`;
    return { fault: `Invalid rule type ${name}`, hint, unknown: { name: value, known: typeNames } };
  }
  const count = group[1] === '' ? 1 : Number(group[1]);
  if (count < 1 || count > groupEventsMax) {
    return { fault: `Invalid rule type ${name} (N must be at least 1 for EventGroupN rule)` };
  }
  return eventGroupType(count, name);
}
