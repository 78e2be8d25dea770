import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../../platform/clock.ts';
import { byteStringOf, textOf } from '../../../../protocol/byte-string.ts';
import type { CheckResult } from '../../../../protocol/check-result.ts';
import { externalCommandLine } from '../../../../protocol/external-command.ts';
import { createSink } from '../../../../server-shim/sink/create-sink.ts';
import { FifoReader, makeFifo } from '../../../support/fifo.ts';
import { received } from '../../../support/received-results.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { openTempJournal } from '../../../support/temp-journal.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** A sink on a path of the test's own folder, started, with a journal to feed it. */
function startSink(test: TestContext, options: { readonly create?: boolean } = {}) {
  const path = join(tempDir(test), 'nagios.cmd');
  const { journal, reader: waiting, logs, counters } = openTempJournal(test);
  logs.records.length = 0;
  const stateDir = dirname(path);
  const parts = { stateDir, journal: waiting, log: logs.log, clock: systemClock, counters };
  const restart = () => {
    const sink = createSink({ type: 'command-file', name: 'nagios', path, ...options }, parts);
    test.after(() => sink.drain(0));
    return sink;
  };
  return { path, logs, counters, journal, waiting, sink: restart(), restart };
}

function isNotEmpty(list: readonly unknown[]): boolean {
  return list.length > 0;
}

function results(from: number, to: number, output = 'fine'): CheckResult[] {
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return numbers.map((n) => ({ host: 'h', service: `s${n}`, returnCode: 0, output, time: n }));
}

function linesOf(expected: readonly CheckResult[]): string[] {
  return expected.map((result) => externalCommandLine(result).slice(0, -1));
}

async function linesRead(reader: FifoReader, expected: readonly CheckResult[]): Promise<void> {
  await waitFor(`${expected.length} lines`, () => reader.lines.length >= expected.length);
  assert.deepEqual(reader.lines, linesOf(expected));
}

test('results reach the reader of a FIFO, in order', async (t) => {
  const { path, journal, sink, counters, logs } = startSink(t);
  const reader = FifoReader.forTest(t, makeFifo(path));
  sink.start();
  await journal.append(received(results(1, 10)));
  await linesRead(reader, results(1, 10));
  await journal.append(received(results(11, 3000)));
  await linesRead(reader, results(1, 3000));
  assert.equal(counters.get('results_written'), 3000);
  assert.deepEqual(logs.records, []);
});

test('while nobody reads, results wait; trouble and its end are each logged once', async (t) => {
  const { path, journal, sink, logs, counters } = startSink(t);
  makeFifo(path);
  sink.start();
  await journal.append(received(results(1, 5)));
  await waitFor('several tries', () => counters.get('sink_failures') >= 3);
  await journal.append(received(results(6, 8)));
  const blocked = logs.of('SINK_BLOCKED').map((record) => record.message);
  assert.equal(blocked.length, 1);
  assert.match(blocked[0] ?? '', /nobody reads the command file .*: start Nagios/);
  await linesRead(FifoReader.forTest(t, path), results(1, 8));
  await waitFor('the good news', () => logs.of('SINK_WORKS_AGAIN').length === 1);
});

test('a FIFO that is made later is found', async (t) => {
  const { path, journal, sink, logs } = startSink(t);
  sink.start();
  assert.match(logs.of('SINK_BLOCKED')[0]?.message ?? '', /does not exist: start Nagios/);
  await journal.append(received(results(1, 5)));
  await linesRead(FifoReader.forTest(t, makeFifo(path)), results(1, 5));
  assert.equal(logs.of('SINK_BLOCKED').length <= 2, true);
});

test('a reader that stalls on a full pipe gets everything when it goes on', async (t) => {
  const { path, journal, waiting, sink, counters } = startSink(t);
  const reader = FifoReader.forTest(t, makeFifo(path));
  reader.pause();
  sink.start();
  const all = results(1, 3000, 'x'.repeat(100));
  await journal.append(received(all));
  await waitFor('a full pipe', () => counters.get('sink_busy') >= 3);
  assert(waiting.size > 0);
  reader.resume();
  await linesRead(reader, all);
});

test('a line too long for a pipe is cut between characters, marked, and told', async (t) => {
  const { path, journal, sink, logs, counters } = startSink(t);
  const reader = FifoReader.forTest(t, makeFifo(path));
  sink.start();
  const long = results(2, 2, `${'a'.repeat(3000)}${byteStringOf('€').repeat(3000)}`);
  await journal.append(received([...results(1, 1), ...long, ...results(3, 3)]));
  await waitFor('3 lines', () => reader.lines.length >= 3);
  const [first, second = '', third] = reader.lines;
  assert.deepEqual([first, third], linesOf([...results(1, 1), ...results(3, 3)]));
  assert.match(textOf(second), /;a+€+\.\.\.$/);
  assert.ok(second.length > 4090 && second.length <= 4095, `${second.length} bytes`);
  assert.equal(counters.get('results_cut'), 1);
  assert.deepEqual(logs.of('RESULT_CUT')[0]?.fields, { host: 'h', service: 's2' });
});

test('what a vanished reader left in the pipe is there for the next one', async (t) => {
  const { path, journal, sink, counters, logs } = startSink(t);
  const first = new FifoReader(makeFifo(path));
  first.pause();
  sink.start();
  await journal.append(received(results(1, 100)));
  await waitFor('the pipe to hold them', () => counters.get('results_written') === 100);
  first.close();
  await journal.append(received(results(101, 110)));
  await waitFor('the loss to be seen', () => logs.of('SINK_BLOCKED').length === 1);
  await linesRead(FifoReader.forTest(t, path), results(1, 110));
});

test('a line whose beginning a vanished reader took is said again, whole', async (t) => {
  const { path, journal, sink, counters, logs } = startSink(t);
  const first = new FifoReader(makeFifo(path));
  first.pause();
  sink.start();
  await journal.append(received(results(1, 100)));
  await waitFor('the pipe to hold them', () => counters.get('results_written') === 100);
  first.readSome(1000);
  const whole = first.lines;
  first.close();
  await journal.append(received(results(101, 110)));
  await waitFor('the loss to be seen', () => logs.of('SINK_BLOCKED').length === 1);
  await linesRead(FifoReader.forTest(t, path), results(whole.length + 1, 110));
});

test('what a vanished reader left is there for the next start of the receiver', async (t) => {
  const { path, journal, sink, counters, restart } = startSink(t);
  const first = new FifoReader(makeFifo(path));
  first.pause();
  sink.start();
  await journal.append(received(results(1, 100)));
  await waitFor('the pipe to hold them', () => counters.get('results_written') === 100);
  first.close();
  assert.equal(await sink.drain(1000), 0);
  const second = restart();
  const reader = FifoReader.forTest(t, path);
  second.start();
  await linesRead(reader, results(1, 100));
  await second.drain(1000);
  const third = restart();
  third.start();
  await journal.append(received(results(101, 101)));
  await linesRead(reader, results(1, 101));
});

test('what is left in a FIFO that was replaced comes out of the new one, also when nothing else comes', async (t) => {
  const { path, journal, sink, counters } = startSink(t);
  const stuck = new FifoReader(makeFifo(path));
  stuck.pause();
  sink.start();
  await journal.append(received(results(1, 100)));
  await waitFor('the pipe to hold them', () => counters.get('results_written') === 100);
  stuck.close();
  rmSync(path);
  await linesRead(FifoReader.forTest(t, makeFifo(path)), results(1, 100));
});

test('what is left in a FIFO that was replaced stays for its reader while it has one', async (t) => {
  const { path, journal, waiting, sink, counters } = startSink(t);
  const old = FifoReader.forTest(t, makeFifo(path));
  old.pause();
  sink.start();
  const all = results(1, 1000, 'x'.repeat(200));
  await journal.append(received(all));
  await waitFor('a full pipe', () => counters.get('sink_busy') >= 1);
  const left = linesOf(all).slice(all.length - waiting.size);
  rmSync(path);
  const reader = FifoReader.forTest(t, makeFifo(path));
  await waitFor('the rest', () => reader.lines.length >= left.length);
  assert.deepEqual(reader.lines, left);
  old.resume();
  await waitFor('the old ones', () => old.lines.length >= all.length - left.length);
  assert.deepEqual([...old.lines, ...left], linesOf(all));
});

test('a regular file is not written without create, and the message says so', async (t) => {
  const { path, journal, waiting, sink, logs } = startSink(t);
  writeFileSync(path, 'precious\n');
  sink.start();
  await journal.append(received(results(1, 1)));
  assert.match(logs.of('SINK_BLOCKED')[0]?.message ?? '', /regular file, not a FIFO.*create = yes/);
  await waitFor('a try', () => waiting.size === 1);
  assert.equal(await sink.drain(50), 1);
  assert.equal(readFileSync(path, 'utf8'), 'precious\n');
});

test('with create a regular file is made and appended to', async (t) => {
  const { path, journal, waiting, sink, logs } = startSink(t, { create: true });
  sink.start();
  await journal.append(received(results(1, 2)));
  await waitFor('an empty journal', () => waiting.size === 0);
  await journal.append(received(results(3, 2000, 'x'.repeat(5000))));
  assert.equal(await sink.drain(10_000), 0);
  const expected = linesOf([...results(1, 2), ...results(3, 2000, 'x'.repeat(5000))]);
  assert.equal(readFileSync(path, 'latin1'), `${expected.join('\n')}\n`);
  assert.deepEqual(logs.records, []);
});

test('with create a file that was moved away is made anew', async (t) => {
  const { path, journal, waiting, sink } = startSink(t, { create: true });
  sink.start();
  await journal.append(received(results(1, 1)));
  await waitFor('the first file', () => waiting.size === 0);
  renameSync(path, `${path}.1`);
  await journal.append(received(results(2, 2)));
  await waitFor('the second file', () => waiting.size === 0);
  assert.deepEqual(readFileSync(path, 'latin1').split('\n').slice(0, -1), linesOf(results(2, 2)));
});

test('a directory in the place of the file is told', async (t) => {
  const { path, sink, logs } = startSink(t);
  mkdirSync(path);
  sink.start();
  assert.match(logs.of('SINK_BLOCKED')[0]?.message ?? '', /is a directory, not a FIFO/);
});

test('draining waits for the reader, but not beyond its deadline', async (t) => {
  const { path, journal, sink } = startSink(t);
  const reader = FifoReader.forTest(t, makeFifo(path));
  sink.start();
  await journal.append(received(results(1, 500)));
  assert.equal(await sink.drain(10_000), 0);
  await linesRead(reader, results(1, 500));
  const absent = startSink(t);
  absent.sink.start();
  await absent.journal.append(received(results(1, 7)));
  assert.equal(await absent.sink.drain(30), 7);
});

test('a name that cannot be looked at any more is trouble like others, and over when it can', async (t) => {
  const { path, journal, sink, logs } = startSink(t);
  const reader = FifoReader.forTest(t, makeFifo(path));
  sink.start();
  await journal.append(received(results(1, 1)));
  await linesRead(reader, results(1, 1));
  renameSync(path, `${path}.away`);
  // To itself: whoever looks at it is told ELOOP.
  symlinkSync(path, path);
  await journal.append(received(results(2, 2)));
  const [blocked] = await waitFor('trouble', () => logs.of('SINK_BLOCKED'), isNotEmpty);
  assert.equal(blocked?.fields['reason'], 'ELOOP');
  rmSync(path);
  renameSync(`${path}.away`, path);
  await linesRead(reader, results(1, 2));
});

test('a command that comes when it is closed is refused, and not taken for given', async (t) => {
  const { path, sink } = startSink(t);
  const reader = FifoReader.forTest(t, makeFifo(path));
  sink.start();
  const line = Buffer.from('[1] ENABLE_NOTIFICATIONS\n');
  assert.equal(sink.giveCommand(line)?.kind, 'done');
  await waitFor('the command', () => reader.lines.length === 1);
  await sink.drain(0);
  assert.equal(sink.giveCommand(line)?.kind, 'trouble');
});
