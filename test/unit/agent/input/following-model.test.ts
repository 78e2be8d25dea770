import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FollowingModel, type Outcome } from './following-model.ts';

// Random writers, rotators and restarts against an agent that looks now and
// then; following-model.ts tells what must come. Each seed is a run of its own:
//
//   SEED=n scripts/test test/unit/agent/input/following-model.test.ts
//   SEED=n SEEDS=5000 …     that many seeds from n on

const firstSeed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const seeds = Number(process.env['SEEDS'] ?? (process.env['SEED'] === undefined ? 150 : 1));
const stepsPerSeed = 60;

/** Every expected line once, no other but possible ones, and those of one file in their order. */
function assertAllCame({ seen, expected, possible }: Outcome): void {
  const mayBeMissing = new Set(possible);
  const certain = seen.filter((line) => !mayBeMissing.has(line));
  assert.deepEqual(certain.toSorted(), expected.toSorted());
  const others = seen.filter((line) => mayBeMissing.has(line));
  assert.equal(new Set(others).size, others.length, 'a line came twice');
  const last = new Map<string, number>();
  for (const line of seen) {
    const [, file = '', number = ''] = /^(\d+):(\d+) /.exec(line) ?? [];
    assert.ok(Number(number) > (last.get(file) ?? -1), `out of order: ${line}`);
    last.set(file, Number(number));
  }
}

/** Fails when a line of an older file comes after one of a newer. Late lines and those that never got an end may. */
function assertGenerationsInOrder(lines: readonly string[]): void {
  let newest = 0;
  for (const line of lines) {
    if (/late|half/.test(line)) continue;
    const file = Number(/^\d+/.exec(line)?.[0]);
    assert.ok(file >= newest, `an older file after a newer one: ${line}`);
    newest = file;
  }
}

test(`every line once, whatever happens to the file and the agent (${seeds} seeds from SEED=${firstSeed})`, async (t) => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const model = new FollowingModel(t, seed);
    try {
      for (let step = 0; step < stepsPerSeed; step++) await model.step();
      const outcome = await model.outcome();
      assertAllCame(outcome);
      if (model.keepsOrder) assertGenerationsInOrder(outcome.seen);
    } catch (error) {
      t.diagnostic(`SEED=${seed} replays: ${model.steps.join(' ')}`);
      throw error;
    }
  }
});
