import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { systemClock } from '../../../../platform/clock.ts';
import { NagtailError } from '../../../../platform/errors.ts';
import type { CheckResult } from '../../../../protocol/check-result.ts';
import { Counters } from '../../../../server-shim/counters.ts';
import { openJournal } from '../../../../server-shim/journal/open-journal.ts';
import type { JournalReader } from '../../../../server-shim/journal/result-journal.ts';
import { LogList } from '../../../support/log-list.ts';
import { received, receivedFrom } from '../../../support/received-results.ts';
import { openTempJournal } from '../../../support/temp-journal.ts';
import { waitFor } from '../../../support/wait-for.ts';

function results(from: number, to: number, output = 'x'): CheckResult[] {
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return numbers.map((n) => ({ host: 'h', service: `s${n}`, returnCode: 0, output, time: n }));
}

function timesOf(reader: JournalReader, limit = 1000): number[] {
  return reader.oldest(limit).map((entry) => entry.result.time);
}

/** Opens the journal of a folder again, as the next start of the program does. */
function reopen(folder: string, sinks = ['nagios']) {
  const logs = new LogList();
  const counters = new Counters();
  const parts = { log: logs.log, clock: systemClock, counters };
  const journal = openJournal({ folder, sinks }, parts);
  return { journal, reader: journal.reader(sinks[0] ?? ''), logs, counters };
}

function segmentsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.journal'));
}

test('what was appended comes out in order, byte for byte, and stays until it is removed', async (t) => {
  const { journal, reader } = openTempJournal(t);
  const odd: CheckResult[] = [
    { host: 'h\xff', service: null, returnCode: -32768, output: '', time: 0 },
    { host: 'h', service: '', returnCode: 65535, output: 'a\n\0\x80|b', time: 1_700_000_000 },
  ];
  await journal.append(received(odd));
  await journal.append(received(results(4, 5)));
  assert.deepEqual(
    reader.oldest(2).map(({ result }) => result),
    odd,
  );
  assert.deepEqual(timesOf(reader), [0, 1_700_000_000, 4, 5]);
  reader.removeThrough(2);
  assert.deepEqual([timesOf(reader), reader.size], [[4, 5], 2]);
  reader.removeThrough(1);
  assert.equal(reader.size, 2);
});

test('what was appended is there at the next start, from where each sink was', async (t) => {
  const { journal, folder, reader } = openTempJournal(t, { sinks: ['a', 'b'] });
  await journal.append(received(results(1, 100)));
  reader.oldest(30);
  reader.removeThrough(30);
  await journal.close();
  const next = reopen(folder, ['a', 'b']);
  assert.equal(next.logs.of('JOURNAL_OPENED')[0]?.fields['results'], 100);
  assert.deepEqual(timesOf(next.journal.reader('a'), 2), [31, 32]);
  assert.deepEqual(timesOf(next.journal.reader('b'), 2), [1, 2]);
  await next.journal.append(received(results(101, 101)));
  assert.deepEqual(timesOf(next.journal.reader('a')).at(-1), 101);
  await next.journal.close();
});

test('a new sink begins where the slowest was; a sink that is gone holds nothing', async (t) => {
  const { journal, folder } = openTempJournal(t, { sinks: ['fast', 'slow'] });
  await journal.append(received(results(1, 10)));
  journal.reader('fast').removeThrough(10);
  journal.reader('slow').removeThrough(4);
  await journal.close();
  const next = reopen(folder, ['fast', 'renamed']);
  assert.deepEqual(timesOf(next.journal.reader('renamed')), [5, 6, 7, 8, 9, 10]);
  next.journal.reader('renamed').removeThrough(10);
  await next.journal.close();
  const after = reopen(folder, ['fast', '../third/../../x']);
  assert.equal(after.journal.size, 0);
  await after.journal.close();
});

test('listeners are told after results were appended', async (t) => {
  const { journal, reader } = openTempJournal(t);
  const sizes: number[] = [];
  reader.onAppended(() => sizes.push(reader.size));
  await journal.append(received(results(1, 2)));
  await journal.append([]);
  await journal.append(received(results(3, 3)));
  assert.deepEqual(sizes, [2, 3]);
});

test('many appends at a time share a sync, and none waits for more of them', async (t) => {
  const { journal, counters, reader } = openTempJournal(t);
  const appends = Array.from({ length: 500 }, (_, n) => journal.append(received(results(n, n))));
  await Promise.all(appends);
  assert.ok(counters.get('journal_syncs') <= 3, `${counters.get('journal_syncs')} syncs`);
  assert.deepEqual(
    timesOf(reader),
    Array.from({ length: 500 }, (_, n) => n),
  );
});

test('while several bring a few results each, those that may gather; who comes alone or may not does not wait', async (t) => {
  const gathering: (() => void)[] = [];
  const clock = {
    ...systemClock,
    setTimer(delayMs: number, callback: () => void) {
      if (delayMs !== 1) return systemClock.setTimer(delayMs, callback);
      gathering.push(callback);
      return () => {};
    },
  };
  const { journal, counters } = openTempJournal(t, {}, clock);
  const append = (n: number) => journal.append(received(results(n, n)), true);
  const state = () => [counters.get('journal_syncs'), gathering.length];
  await append(1);
  await append(2);
  assert.deepEqual(state(), [2, 0]);
  await Promise.all([append(3), append(4)]);
  const later = [append(5), append(6)];
  await setImmediate();
  later.push(append(7));
  await setImmediate();
  assert.deepEqual(state(), [3, 1]);
  gathering.pop()?.();
  await Promise.all(later);
  assert.deepEqual(state(), [4, 1], 'again it was several');
  await Promise.all([append(8), journal.append(received(results(9, 9)))]);
  assert.deepEqual(state(), [5, 2], 'one that may not gather takes the others with it');
  gathering.pop()?.();
  await Promise.all([append(10), journal.append(received(results(11, 90)), true)]);
  assert.deepEqual(state(), [6, 1], 'they have brought many');
});

test('a number that is not above its stream’s last is a repeat, across restarts too', async (t) => {
  const { journal, folder, counters, reader } = openTempJournal(t);
  assert.equal(journal.lastSeq('a'), 0);
  const first = journal.append(receivedFrom('a', 1, results(1, 3)));
  const again = journal.append(receivedFrom('a', 2, results(2, 4)));
  assert.equal(journal.lastSeq('a'), 0, 'not before it is on disk');
  await Promise.all([first, again, journal.append(receivedFrom('b ', 7, results(11, 11)))]);
  await journal.append(received(results(4, 4)));
  assert.deepEqual(timesOf(reader), [1, 2, 3, 4, 11, 4]);
  assert.deepEqual([journal.lastSeq('a'), journal.lastSeq('b ')], [4, 7]);
  assert.equal(counters.get('results_repeated'), 2);
  reader.removeThrough(6);
  await journal.close();
  for (let start = 0; start < 3; start++) {
    const next = reopen(folder);
    await next.journal.append(receivedFrom('a', 3, results(3, 4)));
    await next.journal.append(receivedFrom('b ', 8 + start, results(12, 12)));
    assert.deepEqual(timesOf(next.reader), [12]);
    next.reader.removeThrough(next.reader.oldest(1)[0]?.sequence ?? 0);
    await next.journal.close();
  }
});

test('the checksum of a stream’s last result is kept, across restarts too', async (t) => {
  const { journal, folder } = openTempJournal(t);
  const [result] = results(1, 1);
  assert.ok(result);
  await journal.append([
    { result, id: { stream: 'a', seq: 1, checksum: 0xffff_ffff } },
    { result, id: { stream: 'b', seq: 5 } },
    { result, id: { stream: 'a', seq: 2, checksum: 7 } },
    { result, id: { stream: 'a', seq: 2, checksum: 8 } },
  ]);
  const checksums = (of: typeof journal) => ['a', 'b', 'c'].map((name) => of.lastChecksum(name));
  assert.deepEqual(checksums(journal), [7, 0, 0]);
  await journal.close();
  for (let start = 0; start < 2; start++) {
    const next = reopen(folder);
    assert.deepEqual(checksums(next.journal), [7, 0, 0]);
    await next.journal.close();
  }
});

test('an id that is none is an error of the caller', async (t) => {
  const { journal } = openTempJournal(t);
  const [result] = results(1, 1);
  assert.ok(result);
  for (const id of [
    { stream: '', seq: 1 },
    { stream: 'a', seq: 0 },
    { stream: 'x'.repeat(256), seq: 1 },
    { stream: 'a', seq: 1.5 },
  ]) {
    await assert.rejects(journal.append([{ result, id }]), RangeError);
  }
});

test('a full journal holds senders back, drops nothing, and turns them away in the end', async (t) => {
  const limits = { maxResults: 3, maxBytes: 1_000_000 };
  const { journal, reader, logs, counters } = openTempJournal(t, { limits });
  await journal.append(received(results(1, 3)));
  const second = journal.append(received(results(4, 5)));
  const third = journal.append(received(results(6, 6)));
  await setImmediate();
  assert.deepEqual(timesOf(reader), [1, 2, 3]);
  assert.equal(counters.get('journal_waits'), 2);
  await waitFor('the message', () => logs.of('JOURNAL_FULL').length === 1);
  reader.removeThrough(1);
  await Promise.all([second, third]);
  assert.deepEqual(timesOf(reader), [2, 3, 4, 5, 6]);
  const turnedAway = journal.append(received(results(7, 7)));
  await assert.rejects(turnedAway, (error) => {
    assert(error instanceof NagtailError);
    assert.equal(error.code, 'JOURNAL_UNAVAILABLE');
    return true;
  });
  assert.equal(counters.get('journal_refusals'), 1);
  reader.removeThrough(6);
  await waitFor('good news', () => logs.of('JOURNAL_HAS_SPACE').length === 1);
  await journal.append(received(results(8, 8)));
  assert.deepEqual(timesOf(reader), [8], 'what was turned away does not come later');
});

test('files go when all sinks are through them, and a limit in bytes holds', async (t) => {
  const limits = { maxResults: 1_000_000, maxBytes: 200_000 };
  const { journal, folder } = openTempJournal(t, { limits, sinks: ['fast', 'slow'] });
  const [fast, slow] = [journal.reader('fast'), journal.reader('slow')];
  let sent = 0;
  let most = 0;
  const sender = (async () => {
    for (; sent < 20_000; sent += 10) {
      await journal.append(received(results(sent, sent + 9, 'y'.repeat(50))));
      most = Math.max(most, journal.bytes);
    }
  })();
  const taken: number[] = [];
  while (taken.length < 20_000) {
    const entries = slow.oldest(700);
    taken.push(...entries.map(({ result }) => result.time));
    fast.removeThrough(fast.oldest(5000).at(-1)?.sequence ?? 0);
    slow.removeThrough(entries.at(-1)?.sequence ?? 0);
    await delay(1);
  }
  await sender;
  assert.deepEqual(
    taken,
    Array.from({ length: 20_000 }, (_, n) => n),
  );
  assert.ok(most < 250_000, `${most} bytes`);
  await waitFor('old files to go', () => segmentsIn(folder).length === 1);
});

test('a write that a crash cut is passed over, at any byte', async (t) => {
  const { journal, folder, reader } = openTempJournal(t);
  await journal.append(received(results(1, 2)));
  await journal.append(received(results(3, 4)));
  assert.equal(reader.size, 4);
  await journal.close();
  const [name = ''] = segmentsIn(folder);
  const whole = readFileSync(join(folder, name));
  const second = whole.lastIndexOf('NJb1');
  for (let length = second; length <= whole.length; length++) {
    for (const tail of [Buffer.alloc(0), Buffer.alloc(5000), Buffer.from('NJb1NJb1\xff\xff')]) {
      if (length === whole.length && tail.length === 0) continue;
      writeFileSync(join(folder, name), Buffer.concat([whole.subarray(0, length), tail]));
      const next = reopen(folder);
      const expected = length === whole.length ? [1, 2, 3, 4] : [1, 2];
      assert.deepEqual(timesOf(next.reader), expected);
      await next.journal.close();
    }
  }
  const next = reopen(folder);
  await next.journal.append(received(results(5, 6)));
  assert.deepEqual(timesOf(next.reader), [1, 2, 3, 4, 5, 6]);
  await next.journal.close();
});

test('a damaged file costs only what the damage hit; it is told and kept', async (t) => {
  const { journal, folder } = openTempJournal(t);
  for (let n = 1; n <= 9; n++) await journal.append(received(results(n, n)));
  await journal.close();
  const [name = ''] = segmentsIn(folder);
  const bytes = readFileSync(join(folder, name));
  let fifth = -1;
  for (let n = 1; n <= 5; n++) fifth = bytes.indexOf('NJb1', fifth + 1);
  bytes[fifth + 40] = (bytes[fifth + 40] ?? 0) ^ 1;
  writeFileSync(join(folder, name), bytes);
  const next = reopen(folder);
  assert.deepEqual(timesOf(next.reader), [1, 2, 3, 4, 6, 7, 8, 9]);
  assert.equal(next.logs.of('JOURNAL_DAMAGED')[0]?.fields['results'], 1);
  await next.journal.append(received(results(10, 10)));
  next.reader.removeThrough(9);
  await waitFor('the file to be kept', () => readdirSync(folder).includes(`${name}.damaged`));
  assert.deepEqual(timesOf(next.reader), [10]);
  await next.journal.close();
});

test('a file whose beginning is damaged is set aside, the others go on', async (t) => {
  const { journal, folder } = openTempJournal(t);
  await journal.append(received(results(1, 3)));
  await journal.close();
  const next = reopen(folder);
  await next.journal.append(received(results(4, 6)));
  await next.journal.close();
  const [, name = ''] = segmentsIn(folder);
  writeFileSync(join(folder, name), 'rubbish');
  const after = reopen(folder);
  assert.deepEqual(timesOf(after.reader), [1, 2, 3]);
  assert.match(after.logs.of('JOURNAL_DAMAGED')[0]?.message ?? '', /kept as .*\.damaged$/);
  assert.ok(readdirSync(folder).includes(`${name}.damaged`));
  await after.journal.close();
});

test('a newer format is refused and left alone', async (t) => {
  const { journal, folder } = openTempJournal(t);
  await journal.append(received(results(1, 3)));
  await journal.close();
  const [name = ''] = segmentsIn(folder);
  const newer = readFileSync(join(folder, name), 'latin1').replace('journal 1 ', 'journal 2 ');
  writeFileSync(join(folder, name), newer, 'latin1');
  assert.throws(
    () => reopen(folder),
    (error) => {
      assert(error instanceof NagtailError);
      assert.equal(error.code, 'STATE_NEWER');
      assert.match(error.message, /has format 2/);
      return true;
    },
  );
  assert.equal(readFileSync(join(folder, name), 'latin1'), newer);
});
