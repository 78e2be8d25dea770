import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { CommandFileSender } from '../../../../agent/deliver/command-file-sender.ts';
import { systemClock } from '../../../../platform/clock.ts';
import { NagtailError } from '../../../../platform/errors.ts';
import { unreadFile } from '../../../../platform/unread-file.ts';
import type { QueuedResult } from '../../../../senders/queued-result.ts';
import { FifoReader, makeFifo } from '../../../support/fifo.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitFor } from '../../../support/wait-for.ts';

const never = new AbortController().signal;

/** A sender to a path of the test's own folder, and what it reports. */
function sender(t: TestContext, { create = false, timeoutMs = 5_000 } = {}) {
  const file = path.join(tempDir(t), 'nagios.cmd');
  const logs = new LogList();
  const memory = unreadFile(`${file}.unread`, logs.log);
  const to = new CommandFileSender(
    { path: file, create, timeoutMs, memory },
    systemClock,
    logs.log,
  );
  t.after(() => to.close());
  const acknowledged: number[] = [];
  const progress = {
    acknowledged: (seq: number) => acknowledged.push(seq),
    refused: () => assert.fail('a file refuses nothing'),
  };
  const send = (results: readonly QueuedResult[], signal = never) =>
    to.send(results, progress, signal);
  return { file, logs, to, send, acknowledged };
}

/** The sender of the next start. */
function restarted(t: TestContext, file: string, { log }: LogList) {
  const memory = unreadFile(`${file}.unread`, log);
  const options = { path: file, create: false, timeoutMs: 5_000, memory };
  const to = new CommandFileSender(options, systemClock, log);
  t.after(() => to.close());
  return to;
}

function results(from: number, to: number, output = 'fine'): QueuedResult[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const seq = from + index;
    return { seq, result: { host: 'h', service: `s${seq}`, returnCode: 0, output, time: seq } };
  });
}

const linesOf = (queued: readonly QueuedResult[]) =>
  queued.map(
    ({ result: { service, output, time } }) =>
      `[${time}] PROCESS_SERVICE_CHECK_RESULT;h;${service};0;${output}`,
  );

function failsWith(code: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof NagtailError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

test('results reach the reader of a FIFO with the time when they were made', async (t) => {
  const { file, send, acknowledged } = sender(t);
  const reader = FifoReader.forTest(t, makeFifo(file));
  await send(results(1, 500));
  await send(results(501, 501));
  await waitFor('501 lines', () => reader.lines.length >= 501);
  assert.deepEqual(reader.lines, linesOf(results(1, 501)));
  assert.deepEqual([acknowledged.at(-2), acknowledged.at(-1)], [500, 501]);
});

test('no file, no reader, no FIFO: it says so, and nothing is acknowledged', async (t) => {
  const { file, send, to, acknowledged } = sender(t);
  const missing = failsWith('PEER_UNREACHABLE', /does not exist: start Nagios/);
  await assert.rejects(send(results(1, 1)), missing);
  await assert.rejects(to.probe(), missing);
  makeFifo(file);
  const deaf = failsWith('PEER_UNREACHABLE', /nobody reads the command file/);
  await assert.rejects(send(results(1, 1)), deaf);
  rmSync(file);
  writeFileSync(file, '');
  await assert.rejects(send(results(1, 1)), failsWith('PEER_UNREACHABLE', /not a FIFO/));
  assert.equal(readFileSync(file, 'utf8'), '');
  assert.deepEqual(acknowledged, []);
});

test('it goes on when Nagios has made a new FIFO', async (t) => {
  const { file, send, to } = sender(t);
  const before = FifoReader.forTest(t, makeFifo(file));
  await send(results(1, 1));
  await waitFor('a line', () => before.lines.length === 1);
  before.close();
  rmSync(file);
  const after = FifoReader.forTest(t, makeFifo(file));
  await to.probe();
  await send(results(2, 2));
  await waitFor('a line', () => after.lines.length === 1);
  assert.deepEqual(after.lines, linesOf(results(2, 2)));
});

test('a reader that does not read: what fitted into the pipe counts, the rest is sent again', async (t) => {
  const { file, send, acknowledged } = sender(t, { timeoutMs: 300 });
  const reader = FifoReader.forTest(t, makeFifo(file));
  reader.pause();
  const many = results(1, 100, 'x'.repeat(2_000));
  await assert.rejects(send(many), failsWith('PEER_TIMEOUT', /stays full: its reader, Nagios/));
  const last = acknowledged.at(-1) ?? 0;
  assert.ok(last > 0 && last < 100, `${last} acknowledged`);
  reader.resume();
  await send(many.slice(last));
  await waitFor('100 lines', () => reader.lines.length >= 100);
  assert.deepEqual(reader.lines, linesOf(many));
});

test('stopping ends the waiting for a reader', async (t) => {
  const { file, send } = sender(t, { timeoutMs: 60_000 });
  FifoReader.forTest(t, makeFifo(file)).pause();
  const stop = new AbortController();
  const sending = send(results(1, 100, 'x'.repeat(2_000)), stop.signal);
  stop.abort();
  await assert.rejects(sending, failsWith('PEER_TIMEOUT', /stays full/));
});

test('an output that is too long for one write is cut, told, and no other', async (t) => {
  const { file, send, logs } = sender(t);
  const reader = FifoReader.forTest(t, makeFifo(file));
  await send([...results(1, 1), ...results(2, 2, 'y'.repeat(100_000)), ...results(3, 3)]);
  await waitFor('3 lines', () => reader.lines.length >= 3);
  const [first, second, third] = reader.lines;
  assert.deepEqual([first, third], linesOf([...results(1, 1), ...results(3, 3)]));
  assert.equal(second?.length, 4_095);
  assert.match(second, /;yyy+\.\.\.$/);
  assert.deepEqual(
    logs.of('RESULT_CUT').map(({ fields }) => fields['service']),
    ['s2'],
  );
});

test('a regular file is appended to where that is wanted', async (t) => {
  const { file, send } = sender(t, { create: true });
  await send(results(1, 1));
  await send(results(2, 3));
  assert.equal(readFileSync(file, 'latin1'), `${linesOf(results(1, 3)).join('\n')}\n`);
});

test('what a reader left that went away comes to the next one, over a restart and without new results', async (t) => {
  const { file, send, to, logs } = sender(t);
  const gone = FifoReader.forTest(t, makeFifo(file));
  gone.pause();
  await send(results(1, 3));
  gone.close();
  to.close();
  assert.ok(existsSync(`${file}.unread`));
  const next = restarted(t, file, logs);
  const reader = FifoReader.forTest(t, file);
  await waitFor('3 lines', () => reader.lines.length === 3);
  assert.deepEqual(reader.lines, linesOf(results(1, 3)));
  assert.ok(!existsSync(`${file}.unread`));
  next.close();
});

test('a new FIFO gets what was left in the old one, although nothing new is sent', async (t) => {
  const { file, send } = sender(t);
  const gone = FifoReader.forTest(t, makeFifo(file));
  gone.pause();
  await send(results(1, 3));
  gone.close();
  rmSync(file);
  const reader = FifoReader.forTest(t, makeFifo(file));
  await waitFor('3 lines', () => reader.lines.length === 3);
  assert.deepEqual(reader.lines, linesOf(results(1, 3)));
});
