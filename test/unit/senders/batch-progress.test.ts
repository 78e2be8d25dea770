import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchProgress } from '../../../senders/batch-progress.ts';

/** The progress of a batch with these numbers, which may have gaps, and what it was told is refused. */
function progressOf(...numbers: readonly number[]) {
  const refusals: string[] = [];
  const batch = numbers.map((seq) => ({
    seq,
    result: { host: 'h', service: 's', returnCode: 0, output: String(seq), time: 1 },
  }));
  const progress = new BatchProgress(batch, ({ seq }, reason) => refusals.push(`${seq} ${reason}`));
  const seen = () => ({
    position: progress.position,
    sent: progress.sent,
    rest: progress.rest.map(({ seq }) => seq),
  });
  return { progress, refusals, seen };
}

test('nothing reported: all is to be sent', () => {
  const { seen } = progressOf(4, 6, 7);
  assert.deepEqual(seen(), { position: 0, sent: 0, rest: [4, 6, 7] });
});

test('acknowledged means everything up to there', () => {
  const { progress, seen } = progressOf(4, 6, 7);
  progress.acknowledged(6);
  assert.deepEqual(seen(), { position: 6, sent: 2, rest: [7] });
  // An older acknowledgement takes nothing back.
  progress.acknowledged(4);
  assert.deepEqual(seen(), { position: 6, sent: 2, rest: [7] });
  progress.acknowledged(7);
  assert.deepEqual(seen(), { position: 7, sent: 3, rest: [] });
});

test('a refusal says nothing about the results before it', () => {
  const { progress, refusals, seen } = progressOf(4, 6, 7);
  progress.refused(6, 'not allowed');
  assert.deepEqual(seen(), { position: 0, sent: 0, rest: [4, 7] });
  progress.acknowledged(4);
  assert.deepEqual(seen(), { position: 6, sent: 1, rest: [7] });
  progress.refused(7, 'neither');
  assert.deepEqual(seen(), { position: 7, sent: 1, rest: [] });
  assert.deepEqual(refusals, ['6 not allowed', '7 neither']);
});

test('a refusal counts once, and only for a result of the batch', () => {
  const { progress, refusals } = progressOf(4, 6);
  progress.refused(5, 'a stranger');
  progress.refused(6, 'first');
  progress.refused(6, 'again');
  assert.deepEqual(refusals, ['6 first']);
});
