import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '../../../../platform/clock.ts';
import { Counters } from '../../../../server-shim/counters.ts';
import { MemoryQueue } from '../../../../server-shim/journal/memory-queue.ts';
import { journalIntake } from '../../../../server-shim/listen/result-intake.ts';
import { LogList } from '../../../support/log-list.ts';

const report = { host: 'h', service: 's', returnCode: 0, output: 'fine' };
const peer = '192.0.2.7:4711';

function startIntake() {
  const logs = new LogList();
  const counters = new Counters();
  const limits = { maxResults: 2, maxBytes: 10_000 };
  const journal = new MemoryQueue(limits, { log: logs.log, counters });
  const clock = { ...systemClock, nowMs: () => 1_700_000_000_999 };
  const intake = journalIntake({ journal, log: logs.log, clock, counters });
  return { intake, journal, logs, counters };
}

test('results get the time of their receipt in whole seconds', async () => {
  const { intake, journal, counters } = startIntake();
  await intake.take([report], peer);
  assert.deepEqual(journal.oldest(1)[0]?.result, { ...report, time: 1_700_000_000 });
  assert.equal(counters.get('results_accepted'), 1);
});

test('a time that the client told stays, and an id goes to the journal', async () => {
  const { intake, journal } = startIntake();
  await intake.take([{ ...report, time: 5, id: { stream: 'a', seq: 7 } }], peer);
  assert.equal(journal.oldest(1)[0]?.result.time, 5);
  assert.equal(journal.lastSeq('a'), 7);
});

test('what is refused is told with its peer; what is good beside it is taken', async () => {
  const { intake, journal, logs, counters } = startIntake();
  const verdicts = await intake.take([{ ...report, host: 'a;b' }, report], peer);
  assert.deepEqual(
    verdicts.map(({ kind }) => kind),
    ['refused', 'accepted'],
  );
  assert.equal(journal.size, 1);
  assert.equal(counters.get('results_refused'), 1);
  const [refused] = logs.of('RESULT_REFUSED');
  assert.match(refused?.message ?? '', /^refused a result from 192\.0\.2\.7:4711: .*host name/);
  assert.deepEqual(refused?.fields, { peer, reason: 'NAME_INVALID' });
});

test('taking waits for the journal', async () => {
  const { intake, journal, counters } = startIntake();
  await intake.take([report, report], peer);
  let done = false;
  const taking = intake.take([report], peer).then(() => {
    done = true;
  });
  await setImmediate();
  assert.equal(done, false);
  assert.equal(counters.get('results_accepted'), 2);
  journal.removeThrough(2);
  await taking;
  assert.equal(counters.get('results_accepted'), 3);
});
