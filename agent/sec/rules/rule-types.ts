import type { ByteString } from '../../../protocol/byte-string.ts';
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

const byName: ReadonlyMap<string, RuleType> = new Map(
  [
    singleType,
    singleWithScriptType,
    singleWithSuppressType,
    singleWithThresholdType,
    singleWith2ThresholdsType,
    pairType,
    pairWithWindowType,
    suppressType,
    calendarType,
    jumpType,
  ].map((type) => [type.name, type]),
);

/** The most kinds of events that one group may have: enough for any rule, and no memory is at risk. */
const groupEventsMax = 1_000;

/** The type of a rule by the value of its `type` keyword; or what is wrong with that. */
export function findRuleType(value: ByteString): RuleType | { readonly fault: ByteString } {
  const name = value.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  const known = byName.get(name);
  if (known !== undefined) return known;
  const group = /^EVENTGROUP(\d*)$/.exec(name);
  if (group === null) return { fault: `Invalid rule type ${name}` };
  const count = group[1] === '' ? 1 : Number(group[1]);
  if (count < 1 || count > groupEventsMax) {
    return { fault: `Invalid rule type ${name} (N must be at least 1 for EventGroupN rule)` };
  }
  return eventGroupType(count, name);
}
