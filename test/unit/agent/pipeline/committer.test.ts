import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { outboxLimitsDefault } from '../../../../agent/outbox/outbox-limits.ts';
import { OutboxReader } from '../../../../agent/outbox/outbox-reader.ts';
import { outboxSchema } from '../../../../agent/outbox/outbox-schema.ts';
import { OutboxWriter } from '../../../../agent/outbox/outbox-writer.ts';
import {
  Committer,
  commitIntervalMs,
  commitRetryMs,
  heldBytesMax,
  heldLinesMax,
  heldResultsMax,
  resultBatchMs,
  type Savable,
} from '../../../../agent/pipeline/committer.ts';
import { openStore } from '../../../../platform/sqlite-store.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { HandClock } from '../input/follow-fixture.ts';

/** A position that a test moves. */
class Position implements Savable {
  hasChanges = false;
  saves = 0;

  save(): void {
    this.saves++;
  }

  saved(): void {
    this.hasChanges = false;
  }
}

function committerOf(t: TestContext) {
  const database = openStore(path.join(tempDir(t), 'store.sqlite'), outboxSchema);
  t.after(() => database.close());
  const outbox = new OutboxWriter(database, outboxLimitsDefault);
  const position = new Position();
  const clock = new HandClock();
  const list = new LogList();
  const parts = { database, outbox, savables: [position], clock, log: list.log };
  const committer = new Committer(parts);
  const report = (output = '') => {
    outbox.add({ host: 'h', service: 's', returnCode: 0, output, time: 1 });
  };
  /** The store takes nothing, as on a disk that became read-only. */
  const setBroken = (broken: boolean) =>
    database.exec(`PRAGMA query_only = ${broken ? 'ON' : 'OFF'}`);
  const stored = () => new OutboxReader(database, ['main']).totals().results;
  return { committer, position, clock, list, report, setBroken, stored };
}

test('a result is committed at once, others within the batch, all at its end', (t) => {
  const { committer, clock, report, stored } = committerOf(t);
  report();
  assert.equal(committer.commitIfDue(), 1);
  report();
  clock.advance(resultBatchMs - 1);
  report();
  assert.equal(committer.commitIfDue(), 0);
  assert.equal(committer.dueInMs(), 1);
  clock.advance(1);
  assert.equal(committer.commitIfDue(), 2);
  assert.equal(stored(), 3);
});

test('progress without a result is committed once a second', (t) => {
  const { committer, clock, position } = committerOf(t);
  position.hasChanges = true;
  committer.commitIfDue();
  assert.equal(position.saves, 1);
  position.hasChanges = true;
  clock.advance(commitIntervalMs - 1);
  committer.commitIfDue();
  assert.equal(position.saves, 1);
  clock.advance(1);
  committer.commitIfDue();
  assert.equal(position.saves, 2);
  assert.equal(committer.hasWork, false);
});

test('a store that takes nothing: told once, tried each second, nothing forgotten', (t) => {
  const { committer, clock, list, report, position, setBroken, stored } = committerOf(t);
  setBroken(true);
  report();
  position.hasChanges = true;
  for (let second = 0; second < 5; second++) {
    assert.equal(committer.commitIfDue(), 0);
    assert.equal(committer.dueInMs(), commitRetryMs);
    clock.advance(commitRetryMs);
  }
  assert.deepEqual(
    list.records.map(({ code }) => code),
    ['STORE_FAILED'],
  );
  setBroken(false);
  assert.equal(committer.commitIfDue(), 1);
  assert.equal(stored(), 1);
  assert.equal(position.hasChanges, false);
  assert.equal(list.of('STORE_WORKS').length, 1);
});

for (const [what, hold] of [
  ['lines', ({ committer }) => committer.handled(heldLinesMax)],
  ['results', ({ report }) => Array.from({ length: heldResultsMax }, () => report())],
  ['bytes of results', ({ report }) => report('x'.repeat(heldBytesMax))],
] satisfies [string, (parts: ReturnType<typeof committerOf>) => unknown][]) {
  test(`while it takes nothing rules stand still after so many ${what}, and go on after it`, (t) => {
    const parts = committerOf(t);
    const { committer, clock, report, setBroken } = parts;
    hold(parts);
    // As long as commits work there is no reason to.
    assert.equal(committer.isFull, false);
    setBroken(true);
    report();
    committer.commit();
    assert.equal(committer.isFailing, true);
    assert.equal(committer.isFull, true);
    setBroken(false);
    clock.advance(commitRetryMs);
    committer.commitIfDue();
    assert.equal(committer.isFull, false);
  });
}

test('what cannot be committed at the end is told, with how much it is', (t) => {
  const { committer, list, report, setBroken } = committerOf(t);
  setBroken(true);
  committer.handled(12);
  report();
  report();
  assert.equal(committer.commitLast(), 0);
  assert.deepEqual(list.of('NOT_COMMITTED')[0]?.fields, { lines: 12, results: 2 });
});
