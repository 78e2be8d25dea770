import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BytePairs } from '../../../../../agent/sec/prefilter/byte-pairs.ts';
import { chooseClause, LineSample } from '../../../../../agent/sec/prefilter/choose-clause.ts';
import type { AnyOf } from '../../../../../agent/sec/prefilter/line-need.ts';

const lines = Array.from({ length: 64 }, (_, n) => `sshd[${n}]: session ${n} opened by root`);

function chosen(...clauses: readonly (readonly string[])[]): readonly string[] | undefined {
  const anyOf = clauses.map((texts): AnyOf => texts.map((text) => ({ text, caseless: false })));
  const best = chooseClause(anyOf, new LineSample(lines), new BytePairs(lines));
  return best?.clause.map(({ text }) => text);
}

describe('of the texts that a pattern needs', () => {
  test('those that stand in fewer lines are looked for', () => {
    assert.deepEqual(chosen(['sshd['], ['closed']), ['closed']);
    assert.deepEqual(chosen(['closed'], ['sshd[', 'closed']), ['closed']);
  });

  test('of two that were not seen the longer: a short one slows down the scan for all rules', () => {
    assert.deepEqual(chosen(['" 5'], ['"GET /app1/', '"POST /app1/']), [
      '"GET /app1/',
      '"POST /app1/',
    ]);
  });

  test('a short one only if that saves many tries', () => {
    assert.deepEqual(chosen(['zq'], ['session 6']), ['session 6']);
    assert.deepEqual(chosen(['zq'], ['opened by']), ['zq']);
  });

  test('none that is too short to be looked for', () => {
    assert.equal(chosen(['z']), undefined);
    assert.deepEqual(chosen(['z'], ['sshd[']), ['sshd[']);
  });
});
