import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { Counters } from '../../server-shim/counters.ts';
import { type JournalOptions, openJournal } from '../../server-shim/journal/open-journal.ts';
import { LogList } from './log-list.ts';
import { tempDir } from './temp-dir.ts';

/** A journal in a folder of the test's own, with one sink, `nagios`, unless others are named. */
export function openTempJournal(
  test: TestContext,
  options: Partial<JournalOptions> = {},
  clock = systemClock,
) {
  const logs = new LogList();
  const counters = new Counters();
  const parts = { log: logs.log, clock, counters };
  const all = { folder: join(tempDir(test), 'journal'), sinks: ['nagios'], ...options };
  const journal = openJournal(all, parts);
  test.after(() => journal.close());
  return {
    journal,
    reader: journal.reader(all.sinks[0] ?? ''),
    logs,
    counters,
    folder: all.folder,
  };
}
