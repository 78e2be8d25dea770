import type { SeededRandom } from '../support/seeded-random.ts';

/**
 * Rules that hold state of every kind between their lines. No result of theirs
 * depends on when a line comes, only on which lines came before: so a run that
 * was disturbed must come to the same results as one that was not.
 */
export const crashRules = String.raw`
type=Single
ptype=RegExp
pattern=^plain (\S+) (\d+)
desc=a line that is a result
action=submit (web;plain $1;0;$2)

type=SingleWithThreshold
ptype=RegExp
pattern=^fail (\S+) (\d+)
desc=failures of $1
window=86400
thresh=3
action=submit (web;threshold $1;2;three since $2); reset 0

type=Pair
ptype=RegExp
pattern=^down (\S+) (\d+)
desc=$1 is down
action=none
ptype2=RegExp
pattern2=^up $1 (\d+)
desc2=%1 is up
action2=submit (web;pair %1;1;down in %2, up in $1)
window=86400

type=EventGroup2
ptype=RegExp
pattern=^alpha (\S+) (\d+)
ptype2=RegExp
pattern2=^beta (\S+) (\d+)
thresh=2
desc=alpha and beta of $1
action=submit (web;group $1;1;since $2); reset 0
window=86400

type=Single
ptype=RegExp
pattern=^open (\S+) (\d+)
context=!SESSION_$1
desc=a session begins
action=create SESSION_$1 86400; add SESSION_$1 $2

type=Single
ptype=RegExp
pattern=^item (\S+) (\d+)
context=SESSION_$1
desc=a session goes on
action=add SESSION_$1 $2

type=Single
ptype=RegExp
pattern=^close (\S+) (\d+)
context=SESSION_$1
desc=a session ends
action=copy SESSION_$1 %items; delete SESSION_$1; submit (web;session $1;0;%items)

type=Single
ptype=RegExp
pattern=^later (\S+) (\d+)
desc=an event for later
action=event 1 now $1 $2

type=Single
ptype=RegExp
pattern=^now (\S+) (\d+)
desc=its time has come
action=submit (web;later $1;0;$2)
`;

const kinds = [
  'plain',
  'fail',
  'fail',
  'down',
  'up',
  'alpha',
  'beta',
  'open',
  'item',
  'item',
  'close',
  'later',
] as const;

/** Keys that the lines are about: few, so that what one line begins another one ends. */
const keys = 8;

/** A line of the log; its number makes each result of a service unlike every other. */
export function crashLine(random: SeededRandom, number: number): string {
  return `${random.pick(kinds)} k${random.below(keys)} ${number}`;
}
