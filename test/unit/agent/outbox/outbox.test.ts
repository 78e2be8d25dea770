import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type OutboxLimits, outboxLimitsDefault } from '../../../../agent/outbox/outbox-limits.ts';
import { OutboxReader } from '../../../../agent/outbox/outbox-reader.ts';
import { outboxFile, outboxSchema } from '../../../../agent/outbox/outbox-schema.ts';
import { OutboxWriter } from '../../../../agent/outbox/outbox-writer.ts';
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
