import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OverflowWatch } from '../../../../agent/deliver/overflow-watch.ts';
import { outboxLimitsDefault } from '../../../../agent/outbox/outbox-limits.ts';
import type { OutboxTotals } from '../../../../agent/outbox/outbox-reader.ts';
import type { Clock } from '../../../../platform/clock.ts';
import { freePort } from '../../../support/free-port.ts';
import { LogList } from '../../../support/log-list.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { deliver, isNotEmpty, nscaSenders, receive } from './deliver-fixture.ts';

const result = (service: string, output: string, time = 1) => ({
  host: 'h',
  service,
  returnCode: 0,
  output,
  time,
});

test('of a service with newer results the older ones go, and the last state of each gets through', async (t) => {
  const logs = new LogList();
  const port = await freePort();
  const senders = nscaSenders(logs, { main: { port } });
  const { add, delivery } = deliver(t, senders, { logs, limits: { resultsMax: 4 } });
  add(result('quiet', 'q1'));
  for (let number = 1; number <= 50; number++) add(result('loud', `l${number}`));
  add(result('other', 'o1'));
  const { outbox } = delivery.status();
  assert.deepEqual([outbox.results, outbox.droppedForRoom], [4, 48]);
  const receiver = await receive(t, port);
  assert.deepEqual(await receiver.outputs(4), ['q1', 'l49', 'l50', 'o1']);
  await waitFor('the end of the overflow', () => logs.of('OUTBOX_DROPPED'), isNotEmpty);
  assert.deepEqual(
    logs.of('OUTBOX_FULL').map(({ message }) => message),
    [
      'the outbox is at its limit (4 results, 1073741824 bytes): the oldest, first those that a newer one of their service follows, are dropped until receivers take them',
    ],
  );
  assert.deepEqual(
    logs.of('OUTBOX_DROPPED').map(({ fields }) => fields['dropped']),
    [48],
  );
});

test('results that are too old are not sent any more', async (t) => {
  const logs = new LogList();
  const port = await freePort();
  const now = Math.floor(Date.now() / 1_000);
  const senders = nscaSenders(logs, { main: { port } });
  const limits = { ageMaxSeconds: 3_600 };
  const { add, delivery } = deliver(t, senders, { logs, limits });
  add(
    result('s', 'old', now - 7_200),
    result('s', 'also old', now - 3_700),
    result('s', 'new', now),
  );
  const receiver = await receive(t, port);
  assert.deepEqual(await receiver.outputs(1), ['new']);
  assert.equal(delivery.status().outbox.droppedForAge, 2);
  await waitFor('the end of the overflow', () => logs.of('OUTBOX_DROPPED'), isNotEmpty);
  assert.match(
    logs.of('OUTBOX_FULL')[0]?.message ?? '',
    /\(1000000 results, 1073741824 bytes, 3600 s\)/,
  );
});

test('an overflow is told when it begins and when the outbox is half empty again', () => {
  const logs = new LogList();
  let now = 1_000;
  const clock = { nowMs: () => now * 1_000 } as Clock;
  const limits = { ...outboxLimitsDefault, resultsMax: 10, bytesMax: 100 };
  const totals = (results: number, droppedForRoom: number): OutboxTotals => ({
    results,
    bytes: results,
    oldestTime: 900,
    droppedForRoom,
    droppedForAge: 0,
  });
  // What was dropped before the start is no news.
  const watch = new OverflowWatch(limits, totals(10, 7), clock, logs.log);
  watch.look(totals(10, 7));
  assert.deepEqual(logs.records, []);
  for (const dropped of [8, 9, 12]) watch.look(totals(10, dropped));
  now += 60;
  watch.look(totals(6, 12));
  watch.look(totals(10, 13));
  watch.look(totals(5, 13));
  watch.look(totals(0, 13));
  watch.look(totals(10, 14));
  watch.end();
  watch.end();
  assert.deepEqual(
    logs.records.map(({ code, fields }) => [code, fields['dropped'] ?? fields['oldest_seconds']]),
    [
      ['OUTBOX_FULL', 100],
      ['OUTBOX_DROPPED', 6],
      ['OUTBOX_FULL', 160],
      ['OUTBOX_DROPPED', 1],
    ],
  );
});
