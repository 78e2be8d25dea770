import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventTimes } from '../../../../../agent/sec/operations/event-times.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

/* Random changes, against a plain list. SEED=n replays a run. */
test('times of events are what a list of them would be', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  const random = new SeededRandom(seed);
  for (let round = 0; round < 300; round++) {
    let now = 1_700_000_000;
    let list = Array.from({ length: random.int(0, 5) }, () => now);
    const times = new EventTimes(list);
    const secondsMax = random.pick([0, 1, 3]);
    for (let step = 0; step < 60; step++) {
      // The clock goes back now and then.
      now += random.chance(0.05) ? -random.int(0, 4) : random.int(0, secondsMax);
      const what = random.int(0, 19);
      if (what === 0) {
        const start = now - random.int(0, 5);
        times.dropBefore(start);
        list = list.filter((time) => time >= start);
      } else if (what === 1) {
        times.dropFirst();
        list = list.slice(1);
      } else if (what === 2) {
        times.shift(-7);
        list = list.map((time) => time - 7);
        now -= 7;
      } else if (what === 3 && random.chance(0.2)) {
        times.clear();
        list = [];
      } else {
        times.add(now);
        list.push(now);
      }
      assert.equal(times.count, list.length);
      assert.equal(times.first, list[0]);
      assert.deepEqual(times.all, list);
    }
  }
});
