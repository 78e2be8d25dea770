import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../platform/clock.ts';
import { logTo } from '../platform/log.ts';
import type { CheckResult } from '../protocol/check-result.ts';
import { Counters } from '../server-shim/counters.ts';
import { openJournal } from '../server-shim/journal/open-journal.ts';

/**
 * How many results a second the receiver's journal takes, each append waited for by its own
 * sender, while a sink reads and removes them: `node bench/journal.ts [SECONDS]`.
 */
const seconds = Number(process.argv[2] ?? 3);

const result: CheckResult = {
  host: 'web01.example.com',
  service: 'disk space',
  returnCode: 0,
  output: 'x'.repeat(100),
  time: 1_700_000_000,
};

for (const [senders, batch] of [
  [1, 1],
  [100, 1],
  [1, 15],
  [10, 15],
  [10, 100],
  [1, 1000],
] as const) {
  const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-bench-'));
  const counters = new Counters();
  const parts = { log: logTo(() => {}), clock: systemClock, counters };
  const journal = openJournal({ folder, sinks: ['sink'] }, parts);
  const reader = journal.reader('sink');
  const end = performance.now() + seconds * 1000;
  const cpu = process.cpuUsage();
  let appended = 0;
  let removed = 0;
  const received = Array.from({ length: batch }, () => ({ result }));
  const sending = Array.from({ length: senders }, async () => {
    while (performance.now() < end) {
      await journal.append(received);
      appended += batch;
    }
  });
  const isDone = Promise.all(sending);
  let wake = () => {};
  reader.onAppended(() => wake());
  void isDone.then(() => wake());
  while (removed < appended || performance.now() < end) {
    const entries = reader.oldest(1000);
    const last = entries.at(-1);
    if (last !== undefined) reader.removeThrough(last.sequence);
    removed += entries.length;
    if (entries.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  await isDone;
  const { user, system } = process.cpuUsage(cpu);
  const rate = Math.round(appended / seconds);
  const perSync = Math.round(appended / counters.get('journal_syncs'));
  const micros = ((user + system) / appended).toFixed(2);
  const megabytes = (journal.bytes / 1e6).toFixed(0);
  console.log(
    `${senders} senders × ${batch}: ${rate} results/s, ${perSync} a sync, ` +
      `${micros} µs of CPU each, ${megabytes} MB on disk at the end`,
  );
  await journal.close();
  rmSync(folder, { recursive: true });
}
