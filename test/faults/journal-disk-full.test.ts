import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { Counters } from '../../server-shim/counters.ts';
import { openJournal } from '../../server-shim/journal/open-journal.ts';
import { LogList } from '../support/log-list.ts';
import { received } from '../support/received-results.ts';
import { fill, noSmallDisk, smallDisk } from '../support/small-disk.ts';
import { waitFor } from '../support/wait-for.ts';

function open(disk: string) {
  const logs = new LogList();
  const parts = { log: logs.log, clock: systemClock, counters: new Counters() };
  const journal = openJournal({ folder: join(disk, 'journal'), sinks: ['nagios'] }, parts);
  return { journal, reader: journal.reader('nagios'), logs };
}

function results(from: number, to: number) {
  const numbers = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  const output = 'x'.repeat(500);
  return received(
    numbers.map((time) => ({ host: 'h', service: 's', returnCode: 0, output, time })),
  );
}

test('a full disk: nothing is acknowledged that is not safe, and it goes on when there is room', {
  skip: noSmallDisk,
}, async (t) => {
  const disk = smallDisk(t, '512k');
  const { journal, reader, logs } = open(disk);
  let safe = 0;
  await journal.append(results(1, 10));
  safe = 10;
  const filler = fill(disk);
  const turnedAway = journal.append(results(1000, 1200));
  await waitFor('the message', () => logs.of('JOURNAL_BLOCKED').length === 1);
  assert.equal(logs.of('JOURNAL_BLOCKED')[0]?.fields['reason'], 'ENOSPC');
  await assert.rejects(turnedAway, /takes no results now: ENOSPC/);
  const heldBack = journal.append(results(safe + 1, safe + 100));
  rmSync(filler);
  await heldBack;
  safe += 100;
  await waitFor('the good news', () => logs.of('JOURNAL_WORKS_AGAIN').length === 1);
  await journal.append(results(safe + 1, safe + 5));
  safe += 5;
  assert.equal(logs.of('JOURNAL_BLOCKED').length, 1, 'told once');
  const times = () => reader.oldest(10_000).map(({ result }) => result.time);
  const expected = Array.from({ length: safe }, (_, n) => n + 1);
  assert.deepEqual(times(), expected);
  await journal.close();
  const next = open(disk);
  const after = next.reader.oldest(10_000).map(({ result }) => result.time);
  assert.deepEqual(after, expected, 'the next start finds the same');
  await next.journal.close();
});
