import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Slots } from '../../../../server-shim/listen/slots.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

test('slots hold what a Set would', (t) => {
  const { below, seed } = seededRandom(t);
  const slots = new Slots<string>();
  const slotOf = new Map<string, number>();
  let highest = 0;
  let most = 0;
  for (let n = 0; n < 5000; n++) {
    const held = [...slotOf.keys()];
    const gone = held[below(2 * held.length + 1)];
    if (gone === undefined) {
      const slot = slots.add(`item ${n}`);
      slotOf.set(`item ${n}`, slot);
      highest = Math.max(highest, slot);
      most = Math.max(most, slotOf.size);
    } else {
      slots.remove(slotOf.get(gone) ?? -1);
      slotOf.delete(gone);
    }
    assert.equal(slots.size, slotOf.size, `SEED=${seed}`);
  }
  assert.deepEqual([...slots].toSorted(), [...slotOf.keys()].toSorted(), `SEED=${seed}`);
  assert(highest < most, `slots are used again: SEED=${seed}`);
});

test('what is gone through may be taken out meanwhile', () => {
  const slots = new Slots<number>();
  for (const item of [1, 2, 3]) slots.add(item);
  const seen: number[] = [];
  for (const item of slots) {
    seen.push(item);
    slots.remove(item - 1);
  }
  assert.deepEqual([seen, slots.size], [[1, 2, 3], 0]);
});
