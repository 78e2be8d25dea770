import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fuzzProfiles, generateCases } from '../fuzz/generate-cases.ts';
import { runCases } from '../fuzz/run-cases.ts';
import { peer } from '../support/peers.ts';

/*
 * A slice of what test/fuzz/run does: random rule files and scenarios, in the real SEC
 * on a virtual clock and in nagtail. SEED=n takes other cases, COUNT=n more of them.
 */

const seed = Number(process.env['SEED'] ?? 1);
const count = Number(process.env['COUNT'] ?? 100);

/** Where more of SEC's own runs differ than this, the cases say too little. */
const droppedShareMax = 0.25;

/** For all cases of a profile, on a machine that has much else to do; in milliseconds. */
const timeout = 900_000;

const skip = peer('sec').skip || peer('perl').skip || peer('python3').skip;

for (const profile of fuzzProfiles) {
  test(`random cases, profile ${profile}`, { skip, timeout }, async (t) => {
    using generated = generateCases({ profile, seed, count });
    const { passed, dropped, failures } = await runCases({
      cases: generated.cases,
      level: 'log',
      jobs: os.availableParallelism(),
      keep: path.join(os.tmpdir(), `nagtail-fuzz-${profile}-${seed}`),
    });
    t.diagnostic(`seed ${seed}: ${passed} passed, ${failures.length} failed, ${dropped} dropped`);
    const shown = failures.map(({ kept, difference }) => `${kept}: ${difference}`);
    assert.deepEqual(shown, []);
    assert.equal(passed + dropped, count);
    assert.ok(dropped <= count * droppedShareMax, `${dropped} of ${count} cases dropped`);
  });
}
