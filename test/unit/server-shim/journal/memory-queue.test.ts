import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { CheckResult } from '../../../../protocol/check-result.ts';
import { Counters } from '../../../../server-shim/counters.ts';
import { MemoryQueue, type QueueLimits } from '../../../../server-shim/journal/memory-queue.ts';
import { LogList } from '../../../support/log-list.ts';
import { received, receivedFrom } from '../../../support/received-results.ts';

function queueOf(limits: Partial<QueueLimits> = {}) {
  const logs = new LogList();
  const counters = new Counters();
  const all = { maxResults: 1000, maxBytes: 1_000_000, ...limits };
  return { queue: new MemoryQueue(all, { log: logs.log, counters }), logs, counters };
}

function results(from: number, to: number, output = 'x'): CheckResult[] {
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return numbers.map((n) => ({ host: 'h', service: `s${n}`, returnCode: 0, output, time: n }));
}

function timesOf(queue: MemoryQueue, limit = 1000): number[] {
  return queue.oldest(limit).map((entry) => entry.result.time);
}

/** Whether a promise is settled by now. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  return (await Promise.race([promise.then(() => 'done'), setImmediate('open')])) === 'done';
}

test('what was appended comes out in order and stays until it is removed', async () => {
  const { queue } = queueOf();
  await queue.append(received(results(1, 3)));
  await queue.append(received(results(4, 5)));
  assert.deepEqual(timesOf(queue, 2), [1, 2]);
  assert.deepEqual(timesOf(queue), [1, 2, 3, 4, 5]);
  const second = queue.oldest(2)[1];
  assert(second !== undefined);
  queue.removeThrough(second.sequence);
  assert.deepEqual(timesOf(queue), [3, 4, 5]);
  queue.removeThrough(second.sequence);
  assert.equal(queue.size, 3);
});

test('listeners are told after results were appended', async () => {
  const { queue } = queueOf();
  const sizes: number[] = [];
  queue.onAppended(() => sizes.push(queue.size));
  await queue.append(received(results(1, 2)));
  await queue.append([]);
  await queue.append(received(results(3, 3)));
  assert.deepEqual(sizes, [2, 3]);
});

test('a full queue lets senders wait, in order, and drops nothing', async () => {
  const { queue, logs, counters } = queueOf({ maxResults: 3 });
  await queue.append(received(results(1, 3)));
  const second = queue.append(received(results(4, 5)));
  const third = queue.append(received(results(6, 6)));
  assert.equal(await isDone(second), false);
  assert.deepEqual(timesOf(queue), [1, 2, 3]);
  assert.equal(counters.get('journal_waits'), 2);
  assert.equal(logs.of('JOURNAL_FULL').length, 1);
  queue.removeThrough(1);
  await second;
  assert.equal(await isDone(third), false);
  assert.deepEqual(timesOf(queue), [2, 3, 4, 5]);
  queue.removeThrough(4);
  await third;
  assert.deepEqual(timesOf(queue), [5, 6]);
  assert.equal(logs.of('JOURNAL_HAS_SPACE').length, 0, 'not before it is half empty');
  queue.removeThrough(5);
  assert.equal(logs.of('JOURNAL_HAS_SPACE').length, 1);
});

test('who comes later does not overtake those that wait', async () => {
  const { queue } = queueOf({ maxResults: 1 });
  await queue.append(received(results(1, 1)));
  const waiting = queue.append(received(results(2, 3)));
  const later = queue.append(received(results(4, 4)));
  queue.removeThrough(1);
  await waiting;
  queue.removeThrough(3);
  await later;
  assert.deepEqual(timesOf(queue), [4]);
});

test('bytes are limited too, and given back', async () => {
  const { queue } = queueOf({ maxBytes: 2000 });
  await queue.append(received(results(1, 1, 'x'.repeat(2500))));
  const waiting = queue.append(received(results(2, 2)));
  assert.equal(await isDone(waiting), false);
  queue.removeThrough(1);
  await waiting;
  assert.equal(await isDone(queue.append(received(results(3, 3)))), true);
});

test('many results come and go in order', async () => {
  const { queue } = queueOf({ maxResults: 100 });
  const taken: number[] = [];
  const sender = (async () => {
    for (let n = 1; n <= 5000; n += 10) await queue.append(received(results(n, n + 9)));
  })();
  while (taken.length < 5000) {
    const entries = queue.oldest(7);
    taken.push(...entries.map((entry) => entry.result.time));
    const last = entries.at(-1);
    if (last !== undefined) queue.removeThrough(last.sequence);
    await Promise.resolve();
  }
  await sender;
  assert.deepEqual(
    taken,
    Array.from({ length: 5000 }, (_, i) => i + 1),
  );
  assert.equal(queue.size, 0);
});

test('a number that is not above its stream’s last is a repeat and dropped', async () => {
  const { queue, counters } = queueOf();
  assert.equal(queue.lastSeq('a'), 0);
  await queue.append(receivedFrom('a', 1, results(1, 3)));
  await queue.append(receivedFrom('b', 1, results(11, 11)));
  await queue.append(receivedFrom('a', 2, results(2, 4)));
  await queue.append(received(results(4, 4)));
  assert.deepEqual(timesOf(queue), [1, 2, 3, 11, 4, 4]);
  assert.deepEqual([queue.lastSeq('a'), queue.lastSeq('b')], [4, 1]);
  assert.equal(counters.get('results_repeated'), 2);
});
