import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '../../../../platform/clock.ts';
import { journalIntake } from '../../../../server-shim/listen/result-intake.ts';
import { openTempJournal } from '../../../support/temp-journal.ts';

const report = { host: 'h', service: 's', returnCode: 0, output: 'fine' };
const peer = '192.0.2.7:4711';

function startIntake(t: TestContext) {
  const limits = { maxResults: 2, maxBytes: 10_000 };
  const { journal, reader, logs, counters } = openTempJournal(t, { limits });
  const clock = { ...systemClock, nowMs: () => 1_700_000_000_999 };
  const intake = journalIntake({ journal, log: logs.log, clock, counters });
  return { intake, journal, reader, logs, counters };
}

test('results get the time of their receipt in whole seconds', async (t) => {
  const { intake, reader, counters } = startIntake(t);
  await intake.take([report], peer);
  assert.deepEqual(reader.oldest(1)[0]?.result, { ...report, time: 1_700_000_000 });
  assert.equal(counters.get('results_accepted'), 1);
});

test('a time that the client told stays, and an id goes to the journal', async (t) => {
  const { intake, journal, reader } = startIntake(t);
  await intake.take([{ ...report, time: 5, id: { stream: 'a', seq: 7 } }], peer);
  assert.equal(reader.oldest(1)[0]?.result.time, 5);
  assert.equal(journal.lastSeq('a'), 7);
});

test('what is refused is told with its peer; what is good beside it is taken', async (t) => {
  const { intake, reader, logs, counters } = startIntake(t);
  const verdicts = await intake.take([{ ...report, host: 'a;b' }, report], peer);
  assert.deepEqual(
    verdicts.map(({ kind }) => kind),
    ['refused', 'accepted'],
  );
  assert.equal(reader.size, 1);
  assert.equal(counters.get('results_refused'), 1);
  const [refused] = logs.of('RESULT_REFUSED');
  assert.match(refused?.message ?? '', /^refused a result from 192\.0\.2\.7:4711: .*host name/);
  assert.deepEqual(refused?.fields, { peer, host: 'a;b', service: 's', reason: 'NAME_INVALID' });
});

test('taking waits for the journal', async (t) => {
  const { intake, reader, counters } = startIntake(t);
  await intake.take([report, report], peer);
  let done = false;
  const taking = intake.take([report], peer).then(() => {
    done = true;
  });
  await setImmediate();
  assert.equal(done, false);
  assert.equal(counters.get('results_accepted'), 2);
  reader.removeThrough(2);
  await taking;
  assert.equal(counters.get('results_accepted'), 3);
});
