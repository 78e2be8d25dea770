import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputWithLateNotice } from '../../../senders/late-notice.ts';

/** 2026-11-25 10:20:11 here, wherever that is. */
const made = new Date(2026, 10, 25, 10, 20, 11).getTime() / 1_000;

const late = (output: string, seconds: number, threshold = 60) => {
  const result = { host: 'h', service: 's', returnCode: 0, output, time: made };
  return outputWithLateNotice(result, made + seconds, threshold);
};

const notice = '(nagtail: 12 min late, from 2026-11-25 10:20:11)';

const places: readonly (readonly [output: string, expected: string])[] = [
  ['failed logins', `failed logins ${notice}`],
  ['failed logins|count=3;5;9', `failed logins ${notice}|count=3;5;9`],
  ['failed logins | count=3 | x', `failed logins ${notice} | count=3 | x`],
  ['first\nsecond|p=1', `first ${notice}\nsecond|p=1`],
  ['first|p=1\nsecond\nthird|q=2', `first ${notice}|p=1\nsecond\nthird|q=2`],
  ['first \r\nsecond', `first ${notice} \r\nsecond`],
  ['', notice],
  ['|p=1', `${notice}|p=1`],
  ['\nsecond', `${notice}\nsecond`],
  ['   ', `${notice}   `],
  ['na\xc3\xafve', `na\xc3\xafve ${notice}`],
];

for (const [output, expected] of places) {
  test(`the notice stands in the text of the first line: ${JSON.stringify(output)}`, () => {
    assert.equal(late(output, 12 * 60 + 59), expected);
  });
}

const durations: readonly (readonly [seconds: number, shown: string])[] = [
  [61, '61 s'],
  [119, '119 s'],
  [120, '2 min'],
  [7_199, '119 min'],
  [7_200, '2 h'],
  [172_799, '47 h'],
  [172_800, '2 d'],
  [40_000_000, '462 d'],
];

for (const [seconds, shown] of durations) {
  test(`${seconds} seconds are told as ${shown}`, () => {
    assert.equal(late('x', seconds), `x (nagtail: ${shown} late, from 2026-11-25 10:20:11)`);
  });
}

test('a result in time, or from a clock that was set back, stays as it is', () => {
  for (const seconds of [60, 1, 0, -1, -100_000]) assert.equal(late('x|p=1', seconds), 'x|p=1');
});

test('0 turns it off', () => {
  assert.equal(late('x', 100_000, 0), 'x');
});
