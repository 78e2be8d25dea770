import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldDetector, type WorkSample } from '../../../../agent/pipeline/hold-detector.ts';
import {
  newNotes,
  readNotes,
  type Work,
  WorkNotes,
} from '../../../../agent/pipeline/work-notes.ts';

const idle: Work = {
  tries: 7,
  place: undefined,
  perlCalls: 0,
  perlWork: undefined,
  perlPid: undefined,
};
const limits = { ruleMs: 1_000, perlMs: 30_000 };
const trying: Work = { ...idle, place: 3 };
const asking: Work = { ...trying, perlCalls: 1, perlWork: 'code', perlPid: 99 };

const sample = (work: Work, times: Partial<WorkSample> = {}): WorkSample => ({
  work,
  atMs: 0,
  threadMs: 0,
  perlMs: 0,
  ...times,
});

/** What is found at the last of some samples; at those before it nothing may be. */
function lastOf(samples: readonly WorkSample[], detector = new HoldDetector(limits)) {
  const found = samples.map((one) => detector.look(one));
  assert.ok(found.slice(0, -1).every((hold) => hold === undefined));
  return found.at(-1);
}

test('a rule holds a line by processor time, not by the time that passes', () => {
  const busy = [0, 400, 800, 1_000].map((threadMs) => sample(trying, { threadMs }));
  assert.deepEqual(lastOf(busy), { by: 'rule', place: 3, pid: undefined, limitMs: 1_000 });
  const starved = [0, 10, 20].map((ms) => sample(trying, { threadMs: ms, atMs: ms * 1_000 }));
  assert.equal(lastOf(starved), undefined);
});

test('another try of the same rule is another try', () => {
  const samples = [0, 900, 1_800, 2_700].map((threadMs, index) =>
    sample({ ...trying, tries: index }, { threadMs }),
  );
  assert.equal(lastOf(samples), undefined);
});

test('nobody at work holds nothing, and a line before does not count', () => {
  const samples = [
    sample(trying),
    sample(idle, { threadMs: 5_000 }),
    sample(trying, { threadMs: 5_500 }),
    sample(trying, { threadMs: 6_400 }),
  ];
  assert.equal(lastOf(samples), undefined);
});

test('Perl code may wait, up to its own limit', () => {
  const waiting = [0, 15_000, 29_999].map((atMs) => sample(asking, { atMs }));
  assert.equal(lastOf(waiting), undefined);
  const hold = lastOf([...waiting, sample(asking, { atMs: 30_000 })]);
  assert.deepEqual(hold, { by: 'Perl code', place: 3, pid: 99, limitMs: 30_000 });
});

test('a pattern in perl counts by the processor time of perl', () => {
  const matching: Work = { ...asking, perlWork: 'pattern' };
  const samples = [0, 500, 1_000].map((perlMs) => sample(matching, { perlMs, atMs: perlMs }));
  const hold = { by: 'Perl pattern', place: 3, pid: 99, limitMs: 1_000 };
  assert.deepEqual(lastOf(samples), hold);
});

test('Perl code that no line has called holds no rule', () => {
  const loading: Work = { ...asking, place: undefined };
  const hold = lastOf([sample(loading), sample(loading, { atMs: 30_000 })]);
  assert.equal(hold?.place, undefined);
  assert.equal(hold?.pid, 99);
});

test('a limit of 0 is none', () => {
  const detector = new HoldDetector({ ruleMs: 0, perlMs: 0 });
  const times = { atMs: 1e9, threadMs: 1e9, perlMs: 1e9 };
  assert.equal(lastOf([sample(asking), sample(asking, times)], detector), undefined);
});

test('a hold is told once, and then counted anew', () => {
  const detector = new HoldDetector(limits);
  detector.look(sample(trying));
  assert.ok(detector.look(sample(trying, { threadMs: 1_000 })));
  assert.equal(detector.look(sample(trying, { threadMs: 1_900 })), undefined);
});

test('notes say what a thread is at', () => {
  const memory = newNotes();
  const notes = new WorkNotes(memory);
  const { perl } = notes;
  assert.equal(readNotes(memory).place, undefined);
  notes.begin(0);
  perl.begin('pattern', 42);
  const { tries, ...rest } = readNotes(memory);
  assert.deepEqual(rest, { place: 0, perlCalls: 1, perlWork: 'pattern', perlPid: 42 });
  perl.end();
  notes.begin(0);
  const later = readNotes(memory);
  assert.notEqual(later.tries, tries);
  assert.deepEqual([later.perlWork, later.perlPid], [undefined, 42]);
  notes.end();
  assert.equal(readNotes(memory).place, undefined);
});
