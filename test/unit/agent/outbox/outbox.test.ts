import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type OutboxLimits, outboxLimitsDefault } from '../../../../agent/outbox/outbox-limits.ts';
import { OutboxReader } from '../../../../agent/outbox/outbox-reader.ts';
import { outboxFile, outboxSchema } from '../../../../agent/outbox/outbox-schema.ts';
import { OutboxWriter } from '../../../../agent/outbox/outbox-writer.ts';
import { sharedPosition } from '../../../../agent/outbox/receiver-positions.ts';
import { openStore } from '../../../../platform/sqlite-store.ts';
import type { CheckResult } from '../../../../protocol/check-result.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const result = (output: string): CheckResult => ({
  host: 'h',
  service: 's',
  returnCode: 0,
  output,
  time: 1_700_000_000,
});

/** An outbox in a folder of its own: what opens it, as the agent's threads do. */
function outbox(t: TestContext) {
  const file = path.join(tempDir(t), outboxFile);
  const open = () => {
    const database = openStore(file, outboxSchema);
    t.after(() => database.isOpen && database.close());
    return database;
  };
  return {
    writer: (limits: Partial<OutboxLimits> = {}) =>
      new OutboxWriter(open(), { ...outboxLimitsDefault, ...limits }),
    open,
    reader: (...receivers: string[]) => new OutboxReader(open(), receivers),
  };
}

function write(writer: OutboxWriter, ...outputs: readonly string[]) {
  for (const output of outputs) writer.add(result(output));
  return writer.commit();
}

function outputs(reader: OutboxReader, receiver: string, limit = 100): string[] {
  return reader.pending(receiver, limit).map(({ result: { output } }) => output);
}

test('results come out as they went in, in order', (t) => {
  const { writer, reader } = outbox(t);
  const all: CheckResult[] = [
    { host: 'h\xe4', service: null, returnCode: 1, output: 'a\nb\0c\xff', time: 1 },
    { host: 'h', service: '', returnCode: -1, output: '', time: 0 },
    {
      host: 'h',
      service: 's',
      returnCode: 32_767,
      output: 'x'.repeat(100_000),
      time: 4_000_000_000,
    },
  ];
  const into = writer();
  for (const one of all) into.add(one);
  assert.deepEqual(into.commit(), { added: 3, dropped: 0 });
  assert.deepEqual(
    reader('a')
      .pending('a', 10)
      .map((queued) => queued.result),
    all,
  );
});

test('nothing is seen before the commit, and an empty commit does nothing', (t) => {
  const { writer, reader } = outbox(t);
  const into = writer();
  const from = reader('a');
  into.add(result('1'));
  assert.deepEqual(outputs(from, 'a'), []);
  into.commit();
  assert.deepEqual(outputs(from, 'a'), ['1']);
  assert.deepEqual(into.commit(), { added: 0, dropped: 0 });
});

test('each receiver has its own position; what all have is removed', (t) => {
  const { writer, reader } = outbox(t);
  const into = writer();
  const from = reader('a', 'b');
  write(into, '1', '2', '3');
  const [first, second] = from.pending('a', 2);
  assert.ok(first && second);
  from.delivered('a', second.seq);
  assert.deepEqual(outputs(from, 'a'), ['3']);
  assert.deepEqual(outputs(from, 'b'), ['1', '2', '3']);
  assert.deepEqual([from.waiting('a').results, from.waiting('b').results], [1, 3]);
  from.delivered('b', first.seq);
  assert.deepEqual(outputs(from, 'b'), ['2', '3']);
  // Another start sees the same.
  assert.deepEqual(outputs(reader('a', 'b'), 'b'), ['2', '3']);
});

test('numbers go on after everything was delivered', (t) => {
  const { writer, reader } = outbox(t);
  const from = reader('a');
  write(writer(), '1', '2');
  from.delivered('a', from.pending('a', 2).at(-1)?.seq ?? 0);
  assert.deepEqual(from.waiting('a'), { results: 0, oldestTime: undefined });
  write(writer(), '3');
  assert.deepEqual(outputs(from, 'a'), ['3']);
});

test('a new receiver gets what is kept; one that is gone holds nothing up', (t) => {
  const { writer, reader } = outbox(t);
  write(writer(), '1', '2');
  const before = reader('gone', 'stays');
  before.delivered('stays', before.pending('stays', 1)[0]?.seq ?? 0);
  const after = reader('stays', 'new');
  assert.deepEqual(outputs(after, 'stays'), ['2']);
  assert.deepEqual(outputs(after, 'new'), ['1', '2']);
  after.delivered('new', after.pending('new', 1)[0]?.seq ?? 0);
  assert.deepEqual(outputs(after, 'new'), ['2']);
});

test('at the limit the oldest go, and are counted', (t) => {
  const { writer, reader } = outbox(t);
  const into = writer({ resultsMax: 3 });
  const from = reader('a');
  assert.deepEqual(write(into, '1', '2', '3'), { added: 3, dropped: 0 });
  assert.deepEqual(write(into, '4', '5'), { added: 2, dropped: 2 });
  assert.deepEqual(outputs(from, 'a'), ['3', '4', '5']);
  from.delivered('a', from.pending('a', 1)[0]?.seq ?? 0);
  assert.deepEqual(write(into, '6'), { added: 1, dropped: 0 });
  assert.deepEqual(outputs(from, 'a'), ['4', '5', '6']);
  assert.deepEqual(write(into, '7', '8', '9', '10'), { added: 4, dropped: 4 });
  assert.deepEqual(outputs(from, 'a'), ['8', '9', '10']);
});

test('a result larger than all that may wait is refused and counted, and pushes out nothing', (t) => {
  const { writer, reader } = outbox(t);
  const into = writer({ bytesMax: 1_000 });
  const from = reader('a');
  assert.deepEqual(write(into, '1', '2'), { added: 2, dropped: 0 });
  const large = result('x'.repeat(999));
  assert.equal(into.add(large), 'it has 1001 bytes, and no more than 1000 may wait');
  assert.equal(into.pending, 0);
  assert.deepEqual(into.commit(), { added: 0, dropped: 1 });
  assert.deepEqual(outputs(from, 'a'), ['1', '2']);
  assert.equal(from.totals().droppedForRoom, 1);
  assert.equal(into.add(result('x'.repeat(998))), undefined);
  assert.equal(into.pendingBytes, 1_000);
  assert.deepEqual(into.commit(), { added: 1, dropped: 2 });
  assert.equal(into.pendingBytes, 0);
});

const of = (service: string | null, output: string): CheckResult => ({
  ...result(output),
  service,
});

test('at the limit older results of a service with newer ones go first', (t) => {
  const { writer, reader } = outbox(t);
  const into = writer({ resultsMax: 4 });
  const from = reader('a');
  const add = (...results: readonly CheckResult[]) => {
    for (const one of results) into.add(one);
    return into.commit().dropped;
  };
  assert.equal(add(of('x', 'x1'), of(null, 'host 1'), of('', 'empty 1'), of('y', 'y1')), 0);
  // Only x and y have newer ones then; the host and the service without a name are others.
  assert.equal(add(of('y', 'y2')), 1);
  assert.deepEqual(outputs(from, 'a'), ['x1', 'host 1', 'empty 1', 'y2']);
  assert.equal(add(of('x', 'x2'), of('y', 'y3')), 2);
  assert.deepEqual(outputs(from, 'a'), ['host 1', 'empty 1', 'x2', 'y3']);
  // Where no service has a newer one, the oldest goes.
  assert.equal(add(of('z', 'z1')), 1);
  assert.deepEqual(outputs(from, 'a'), ['empty 1', 'x2', 'y3', 'z1']);
  assert.deepEqual(from.totals().droppedForRoom, 4);
});

test('overflow = oldest looks at nothing but age', (t) => {
  const { writer, reader } = outbox(t);
  const into = writer({ resultsMax: 2, overflow: 'oldest' });
  for (const one of [of('x', 'x1'), of('y', 'y1'), of('y', 'y2')]) into.add(one);
  into.commit();
  assert.deepEqual(outputs(reader('a'), 'a'), ['y1', 'y2']);
});

test('bytes of host, service and output have a limit, too', (t) => {
  const { writer, reader } = outbox(t);
  const into = writer({ bytesMax: 100 });
  const from = reader('a');
  for (const letter of 'abcd') into.add(of(letter, letter.repeat(23)));
  assert.equal(into.commit().dropped, 0);
  assert.deepEqual([from.totals().results, from.totals().bytes], [4, 100]);
  into.add(of('e', ''));
  assert.equal(into.commit().dropped, 1);
  assert.equal(from.totals().bytes, 77);
  // One that has all the room there is leaves no other.
  into.add(of('f', 'f'.repeat(98)));
  assert.equal(into.commit().dropped, 4);
  assert.deepEqual([from.totals().results, from.totals().bytes], [1, 100]);
});

test('a limit that was lowered by a lot is reached over several commits', (t) => {
  const { writer, reader } = outbox(t);
  const many = writer();
  for (let number = 0; number < 30_000; number++) many.add(of('s', ''));
  many.commit();
  const few = writer({ resultsMax: 10 });
  const from = reader('a');
  const left: number[] = [];
  for (let commit = 0; commit < 3; commit++) {
    few.add(of('s', ''));
    few.commit();
    left.push(from.totals().results);
  }
  assert.deepEqual(left, [10_001, 10, 10]);
});

test('while the store cannot be written nothing is sent twice, and later it is noted', (t) => {
  const { writer, open } = outbox(t);
  write(writer(), '1', '2', '3');
  const database = open();
  const from = new OutboxReader(database, ['a', 'b']);
  const [first, second] = from.pending('a', 2);
  assert.ok(first && second);
  database.exec('PRAGMA query_only = ON');
  assert.throws(() => from.delivered('a', second.seq), /readonly/);
  assert.deepEqual(outputs(from, 'a'), ['3']);
  database.exec('PRAGMA query_only = OFF');
  from.delivered('b', first.seq);
  const again = new OutboxReader(open(), ['a', 'b']);
  assert.deepEqual([outputs(again, 'a'), outputs(again, 'b')], [['3'], ['2', '3']]);
});

test('receivers that begin to share a position go on where the one was that had most', (t) => {
  const { writer, reader } = outbox(t);
  write(writer(), '1', '2', '3');
  const before = reader('a', 'b');
  before.delivered('a', before.pending('a', 2)[1]?.seq ?? 0);
  const shared = reader(sharedPosition);
  assert.deepEqual(outputs(shared, sharedPosition), ['3']);
  assert.equal(shared.totals().results, 1);
  // And when they no longer share it, each gets what is left.
  const after = reader('a', 'b');
  assert.deepEqual([outputs(after, 'a'), outputs(after, 'b')], [['3'], ['3']]);
});

test('commits and deliveries use indexes, however much waits', (t) => {
  const { open } = outbox(t);
  const database = open();
  // What is prepared is seen with its plan.
  const plans: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (sql: string) => {
    const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`);
    const parameters = sql
      .split('?')
      .slice(1)
      .map(() => 1);
    for (const step of plan.all(...parameters)) plans.push(`${step['detail']} for ${sql}`);
    return prepare(sql);
  };
  void new OutboxWriter(database);
  void new OutboxReader(database, ['a']);
  assert.ok(plans.some((plan) => plan.includes('newest_results')));
  assert.ok(plans.some((plan) => plan.includes('superseded_results')));
  const scans = plans.filter((plan) => /^SCAN results(?! USING)/.test(plan));
  assert.deepEqual(
    scans.filter((plan) => !/ORDER BY seq LIMIT/.test(plan)),
    [],
  );
});
