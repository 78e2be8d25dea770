import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { Counters } from '../../server-shim/counters.ts';
import { openJournal } from '../../server-shim/journal/open-journal.ts';
import { LogList } from '../support/log-list.ts';
import { received } from '../support/received-results.ts';
import { waitFor } from '../support/wait-for.ts';

/** A small disk of the test's own; only root can make one. */
function smallDisk(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nagtail-test-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]);
  t.after(() => {
    execFileSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });
  return folder;
}

/** Why this test cannot run here, if it cannot. */
const skip = canMount() ? false : 'mounting a small disk needs root and the right to mount';

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

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

/** Takes all room that there is. */
function fill(disk: string): string {
  const file = join(disk, 'filler');
  const fd = openSync(file, 'w');
  try {
    for (;;) writeSync(fd, Buffer.alloc(512));
  } catch {
    closeSync(fd);
    return file;
  }
}

test('a full disk: nothing is acknowledged that is not safe, and it goes on when there is room', {
  skip,
}, async (t) => {
  const disk = smallDisk(t);
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
