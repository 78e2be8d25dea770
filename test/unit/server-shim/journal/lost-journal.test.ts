import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { systemClock } from '../../../../platform/clock.ts';
import { Counters } from '../../../../server-shim/counters.ts';
import { openJournal } from '../../../../server-shim/journal/open-journal.ts';
import { LogList } from '../../../support/log-list.ts';
import { receivedFrom } from '../../../support/received-results.ts';
import { openTempJournal } from '../../../support/temp-journal.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** Results of one stream; their time is their number. */
function results(from: number, to: number) {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return receivedFrom(
    'a',
    from,
    numbers.map((time) => ({ host: 'h', service: 's', returnCode: 0, output: 'x', time })),
  );
}

const numbers = (from: number, to: number) => results(from, to).map(({ result }) => result.time);

/** What the next start of the receiver finds in a folder. */
async function timesIn(folder: string): Promise<number[]> {
  const parts = { log: new LogList().log, clock: systemClock, counters: new Counters() };
  const journal = openJournal({ folder, sinks: ['nagios'] }, parts);
  const times = journal
    .reader('nagios')
    .oldest(1_000)
    .map(({ result }) => result.time);
  await journal.close();
  return times;
}

const losses: Readonly<Record<string, (folder: string) => void>> = {
  removed: (folder) => rmSync(folder, { recursive: true }),
  'moved away': (folder) => renameSync(folder, `${folder}.away`),
};

for (const [how, lose] of Object.entries(losses)) {
  test(`a folder that is ${how}: put back with what waited, told once, and all goes on`, async (t) => {
    const { journal, reader, logs, folder } = openTempJournal(t);
    await journal.append(results(1, 10));
    assert.equal(reader.oldest(7).length, 7);
    reader.removeThrough(4);
    lose(folder);
    await journal.append(results(11, 15));
    assert.deepEqual(
      reader.oldest(1_000).map(({ result }) => result.time),
      numbers(5, 15),
    );
    reader.removeThrough(5);
    // What it has is known still.
    await journal.append(results(10, 16));
    await journal.close();
    assert.deepEqual(await timesIn(folder), numbers(6, 16));
    assert.equal(logs.of('JOURNAL_LOST').length, 1);
    assert.deepEqual(logs.of('JOURNAL_DAMAGED'), []);
  });
}

test('a folder that is removed just before the end is put back', async (t) => {
  const { journal, reader, folder } = openTempJournal(t);
  await journal.append(results(1, 10));
  assert.equal(reader.oldest(7).length, 7);
  reader.removeThrough(2);
  rmSync(folder, { recursive: true });
  await journal.close();
  assert.deepEqual(await timesIn(folder), numbers(3, 10));
});

test('removed before anything was written since the start: what comes is safe', async (t) => {
  const { journal, folder } = openTempJournal(t);
  rmSync(folder, { recursive: true });
  await journal.append(results(1, 3));
  await journal.close();
  assert.deepEqual(await timesIn(folder), numbers(1, 3));
});

test('where it cannot be put back nobody is told that results are safe, until it can', async (t) => {
  const { journal, logs, folder } = openTempJournal(t);
  await journal.append(results(1, 2));
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder was');
  const held = journal.append(results(3, 4));
  await waitFor('trouble', () => logs.of('JOURNAL_BLOCKED').length === 1);
  rmSync(folder);
  await held;
  await journal.close();
  assert.deepEqual(await timesIn(folder), numbers(1, 4));
});
