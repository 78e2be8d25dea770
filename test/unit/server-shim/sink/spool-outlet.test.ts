import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../../platform/clock.ts';
import type { CheckResult } from '../../../../protocol/check-result.ts';
import { createSink, type SinkOptions } from '../../../../server-shim/sink/create-sink.ts';
import { SpoolFolder } from '../../../../server-shim/sink/spool-folder.ts';
import { FifoReader, makeFifo } from '../../../support/fifo.ts';
import { received } from '../../../support/received-results.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { openTempJournal } from '../../../support/temp-journal.ts';
import { waitFor } from '../../../support/wait-for.ts';

function startSink(test: TestContext, optionsFor: (folder: string) => SinkOptions) {
  const folder = tempDir(test);
  const spool = join(folder, 'checkresults');
  mkdirSync(spool);
  const { journal, reader, logs, counters } = openTempJournal(test);
  const options = optionsFor(folder);
  const sink = createSink(options, {
    journal: reader,
    stateDir: folder,
    log: logs.log,
    clock: systemClock,
    counters,
  });
  test.after(() => sink.drain(0));
  sink.start();
  return { folder, spool, journal, waiting: reader, logs, counters, sink };
}

const toSpool = (folder: string): SinkOptions => ({
  type: 'check-result-spool',
  name: 'nagios',
  path: join(folder, 'checkresults'),
  renewMs: 20,
});

const toBoth = (folder: string): SinkOptions => ({
  type: 'command-file',
  name: 'nagios',
  path: join(folder, 'nagios.cmd'),
  spool: { path: join(folder, 'checkresults') },
});

function results(from: number, to: number, output = 'fine', service = 's'): CheckResult[] {
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return numbers.map((n) => ({
    host: 'h',
    service: `${service}${n}`,
    returnCode: 0,
    output,
    time: n,
  }));
}

/** The files that Nagios would read, oldest name first. */
function filesIn(spool: string): string[] {
  const names = readdirSync(spool);
  return names.filter((name) => /^c.{6}$/.test(name) && names.includes(`${name}.ok`)).toSorted();
}

/** Reads the files as Nagios does, and removes them; gives the services in them. */
function take(spool: string): string[] {
  return filesIn(spool).flatMap((name) => {
    const text = readFileSync(join(spool, name), 'latin1');
    rmSync(join(spool, name));
    rmSync(join(spool, `${name}.ok`));
    return [...text.matchAll(/^service_description=(.*)$/gm)].map((match) => match[1] ?? '');
  });
}

test('many results go into one file, and the next waits until Nagios has taken it', async (t) => {
  const { spool, journal, waiting } = startSink(t, toSpool);
  await journal.append(received(results(1, 50)));
  await waitFor('a file', () => filesIn(spool).length === 1);
  await waitFor('the journal to be empty', () => waiting.size === 0);
  await journal.append(received(results(50, 60)));
  const first = take(spool);
  assert.equal(first.length, 50);
  await waitFor('the next file', () => filesIn(spool).length === 1);
  assert.deepEqual(
    [...first, ...take(spool)],
    [
      ...results(1, 50).map(({ service }) => service),
      ...results(50, 60).map(({ service }) => service),
    ],
  );
  assert.deepEqual(
    readdirSync(spool).filter((name) => name.startsWith('.')),
    [],
  );
});

test('what waits is given the present time, also by the next start', async (t) => {
  const { spool, journal, sink, folder } = startSink(t, toSpool);
  await journal.append(received(results(1, 1)));
  await waitFor('a file', () => filesIn(spool).length === 1);
  const [name = ''] = filesIn(spool);
  const timeOf = () => statSync(join(spool, name)).mtimeMs;
  const before = timeOf();
  await waitFor('a later time', () => timeOf() > before + 20);
  await sink.drain(0);
  const next = openTempJournal(t);
  const parts = {
    stateDir: folder,
    log: next.logs.log,
    clock: systemClock,
    counters: next.counters,
  };
  const second = createSink(toSpool(folder), { journal: next.reader, ...parts });
  t.after(() => second.drain(0));
  const later = timeOf();
  await waitFor('a still later time', () => timeOf() > later + 20);
});

test('files of others are left alone, their names too', async (t) => {
  const { spool, journal } = startSink(t, toSpool);
  writeFileSync(join(spool, 'cABCDEF'), 'host_name=x\noutput=y\n');
  await journal.append(received(results(1, 3)));
  await waitFor('a file', () => filesIn(spool).length === 1);
  assert.equal(take(spool).length, 3);
  assert.equal(readFileSync(join(spool, 'cABCDEF'), 'utf8'), 'host_name=x\noutput=y\n');
});

test('a folder that is missing is told, and works when it is there', async (t) => {
  const { spool, journal, logs, waiting } = startSink(t, (folder) => {
    rmSync(join(folder, 'checkresults'), { recursive: true });
    return toSpool(folder);
  });
  assert.match(
    logs.of('SINK_BLOCKED')[0]?.message ?? '',
    /no such folder; it must be check_result_path/,
  );
  await journal.append(received(results(1, 3)));
  await waitFor('a failure', () => waiting.size === 3);
  mkdirSync(spool);
  await waitFor('a file', () => filesIn(spool).length === 1);
  await waitFor('the good news', () => logs.of('SINK_WORKS_AGAIN').length === 1);
});

test('beside a command file the spool takes what is too long, whole and in order', async (t) => {
  const { spool, folder, journal, waiting, counters } = startSink(t, toBoth);
  const reader = FifoReader.forTest(t, makeFifo(join(folder, 'nagios.cmd')));
  const long = 'x'.repeat(9000);
  await journal.append(received([...results(1, 1), ...results(2, 2, long), ...results(3, 3)]));
  await waitFor('2 lines', () => reader.lines.length === 2);
  await waitFor('a file', () => filesIn(spool).length === 1);
  const [name = ''] = filesIn(spool);
  assert.match(
    readFileSync(join(spool, name), 'latin1'),
    /\nservice_description=s2\n[\s\S]*\noutput=x{9000}\n/,
  );
  // The next result of that service must not overtake it, nor may those behind.
  await journal.append(received([...results(4, 4), ...results(2, 2, 'short'), ...results(5, 5)]));
  await waitFor('one more line', () => reader.lines.length === 3);
  await waitFor('several tries', () => counters.get('sink_busy') >= 3);
  assert.equal(waiting.size, 2);
  assert.deepEqual(take(spool), ['s2']);
  await waitFor('the rest', () => reader.lines.length === 5);
  assert.deepEqual(
    reader.lines.map((line) => line.split(';')[2]),
    ['s1', 's3', 's4', 's2', 's5'],
  );
  assert.equal(counters.get('results_cut'), 0);
});

test('a file that could not be finished is not left behind', async (t) => {
  const folder = tempDir(t);
  // The names of the files come of the time at which it began.
  const clock = { ...systemClock, nowMs: () => 35 };
  const spool = new SpoolFolder({ path: folder }, clock);
  t.after(() => spool.close());
  mkdirSync(join(folder, 'c00000z.ok'));
  const failed = await spool.write(results(1, 1));
  assert.equal(failed.kind === 'trouble' && failed.reason, 'EISDIR');
  assert.deepEqual(readdirSync(folder), ['c00000z.ok']);
  assert.deepEqual(await spool.write(results(1, 1)), { kind: 'done' });
  assert.deepEqual(filesIn(folder), ['c000010']);
});
