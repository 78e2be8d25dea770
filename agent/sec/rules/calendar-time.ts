import { wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Fault } from '../rule-file/fault.ts';

/** The fields of a time specification, with their limits. */
const fields = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  // 0 is the last day of the month.
  { name: 'day', min: 0, max: 31 },
  { name: 'month', min: 1, max: 12 },
  // Both 0 and 7 are Sunday.
  { name: 'weekday', min: 0, max: 7 },
  // The last two digits.
  { name: 'year', min: 0, max: 99 },
] as const;

/** When a Calendar rule acts: minute, hour, day, month, weekday and perhaps year must all fit. */
export class CalendarTime {
  readonly #allowed: readonly ReadonlySet<number>[];

  constructor(allowed: readonly ReadonlySet<number>[]) {
    this.#allowed = allowed;
  }

  /** Identifies the local minute of a moment when it is one of those; otherwise undefined. */
  minuteOf(time: number): string | undefined {
    const date = new Date(time * 1000);
    const [minutes, hours, days, months, weekdays, years] = this.#allowed;
    const day = date.getDate();
    const weekday = date.getDay();
    const fits =
      minutes?.has(date.getMinutes()) &&
      hours?.has(date.getHours()) &&
      (days?.has(day) || (days?.has(0) && day === lastDayOf(date))) &&
      months?.has(date.getMonth() + 1) &&
      (weekdays?.has(weekday) || (weekday === 0 && weekdays?.has(7))) &&
      (years === undefined || years.has(date.getFullYear() % 100));
    if (!fits) return undefined;
    return [date.getFullYear(), date.getMonth(), day, date.getHours(), date.getMinutes()].join(' ');
  }
}

function lastDayOf(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
}

/** Reads five or six fields: lists of numbers, ranges and stars, the last two with steps. */
export function readCalendarTime(source: ByteString): CalendarTime | Fault {
  const texts = wordsOf(source);
  if (texts.length !== 5 && texts.length !== 6) {
    return {
      fault: 'Wrong number of elements in time specification',
      hint: 'expected MINUTE HOUR DAY MONTH WEEKDAY [YEAR]',
    };
  }
  const allowed: Set<number>[] = [];
  for (const [index, text] of texts.entries()) {
    const field = fields[index];
    const values = field && readField(text, field.min, field.max);
    if (values === undefined) {
      return {
        fault: `Invalid ${field?.name} specification '${text}'`,
        hint: `expected numbers from ${field?.min} to ${field?.max}, *, ranges, and steps of ranges, separated by commas`,
      };
    }
    allowed.push(values);
  }
  return new CalendarTime(allowed);
}

/** As in SEC, empty parts of a list say nothing, a range that runs backwards never fits, and `-` is any. */
function readField(text: ByteString, min: number, max: number): Set<number> | undefined {
  const parts = text.split(',').filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  const values = new Set<number>();
  for (const part of parts) {
    const range = readRange(part, min, max);
    if (range === undefined) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return values;
}

function readRange(part: ByteString, min: number, max: number) {
  const parts = /^(?:(\*)|(\d+)|(\d*)-(\d*))(?:\/(\d+))?$/.exec(part);
  if (parts === null) return undefined;
  const [, , single, low, high, stepText] = parts;
  const step = stepText === undefined ? 1 : Number(stepText);
  if (single !== undefined && stepText !== undefined) return undefined;
  const from = single !== undefined ? Number(single) : low ? Number(low) : min;
  const to = single !== undefined ? from : high ? Number(high) : max;
  const within = (value: number) => value >= min && value <= max;
  return within(from) && within(to) && step >= 1 ? { from, to, step } : undefined;
}
