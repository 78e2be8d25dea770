import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStore } from '../../../../../agent/sec/contexts/event-store.ts';
import { seededRandom } from '../../../../support/seeded-random.ts';

/** What is saved of a store: its events by number. */
class SavedStore {
  readonly #events = new Map<number, { readonly text: string; readonly time: number }>();
  writes = 0;

  save(store: EventStore): void {
    const { cleared, removed, added } = store.changes;
    if (cleared) this.#events.clear();
    for (const number of removed) this.#events.delete(number);
    for (const { number, text, time } of added) this.#events.set(number, { text, time });
    this.writes += removed.length + added.length;
    store.allSaved();
  }

  restore(): EventStore {
    const store = new EventStore();
    const numbers = [...this.#events.keys()].sort((left, right) => left - right);
    for (const number of numbers) {
      const event = this.#events.get(number);
      if (event !== undefined) store.addSaved({ ...event, number });
    }
    return store;
  }
}

function plain(store: EventStore) {
  return store.all.map(({ text, time }) => ({ text, time }));
}

function change(store: EventStore, step: number, below: (end: number) => number): void {
  const events = Array.from({ length: below(4) }, (_, index) => ({
    text: `${step}.${index}`,
    time: step,
  }));
  const changes = [
    () => store.append(events),
    () => store.append(events),
    () => store.prepend(events),
    () => store.takeFirst(),
    () => store.takeLast(),
    () => store.takeBefore(step - below(20)),
    () => store.clear(),
  ];
  changes[below(below(3) === 0 ? changes.length : 5)]?.();
}

test('whatever happens to a store, what is saved of it is the store', (t) => {
  const { seed, below } = seededRandom(t);
  for (let round = 0; round < 200; round++) {
    const saved = new SavedStore();
    let store = new EventStore();
    for (let step = 0; step < 100; step++) {
      change(store, step, below);
      if (below(3) > 0) continue;
      saved.save(store);
      assert.deepEqual(plain(saved.restore()), plain(store), `SEED=${seed}, round ${round}`);
      if (below(3) === 0) store = saved.restore();
    }
  }
});

test('an event that is added to many costs the saving of one', () => {
  const saved = new SavedStore();
  const store = new EventStore();
  store.append(Array.from({ length: 10_000 }, (_, time) => ({ text: 'x', time })));
  saved.save(store);
  saved.writes = 0;
  store.append([{ text: 'y', time: 1 }]);
  store.takeFirst();
  saved.save(store);
  assert.equal(saved.writes, 2);
});
