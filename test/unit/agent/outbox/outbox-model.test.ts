import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { OutboxLimits } from '../../../../agent/outbox/outbox-limits.ts';
import { OutboxReader } from '../../../../agent/outbox/outbox-reader.ts';
import { outboxSchema } from '../../../../agent/outbox/outbox-schema.ts';
import { OutboxWriter } from '../../../../agent/outbox/outbox-writer.ts';
import { openStore } from '../../../../platform/sqlite-store.ts';
import type { CheckResult } from '../../../../protocol/check-result.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { tempDir } from '../../../support/temp-dir.ts';

// The outbox against a list that does the same by the plainest means: random results, commits that
// fail, deliveries that get so far, limits of all kinds, receivers that come and go, restarts.
// After every step both hold the same.
//
// SEED=n replays a run, STEPS=n makes it longer.

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const steps = Number(process.env['STEPS'] ?? 3_000);
const stepsPerModel = 150;

interface Kept {
  readonly seq: number;
  readonly result: CheckResult;
}

class Model {
  readonly #random: SeededRandom;
  readonly #database: DatabaseSync;
  #limits: OutboxLimits;
  #writer: OutboxWriter;
  #reader: OutboxReader;
  readonly #positions = new Map<string, number>();
  #kept: Kept[] = [];
  #lastSeq = 0;
  #now = 1_000_000;
  #droppedForRoom = 0;
  #droppedForAge = 0;
  readonly steps: string[] = [];

  constructor(t: TestContext, random: SeededRandom) {
    this.#random = random;
    this.#database = openStore(`${tempDir(t)}/outbox.sqlite`, outboxSchema);
    t.after(() => this.#database.close());
    this.#limits = this.#newLimits();
    this.#writer = new OutboxWriter(this.#database, this.#limits);
    this.#positions.set('a', 0);
    this.#reader = new OutboxReader(this.#database, ['a']);
  }

  step(): void {
    const kinds = [
      ...Array<() => void>(5).fill(this.#add),
      ...Array<() => void>(4).fill(this.#deliver),
      this.#age,
      this.#restart,
    ];
    this.#now += this.#random.int(-5, 34);
    this.#random.pick(kinds).call(this);
  }

  compare(): void {
    assert.deepEqual(this.#stored(), this.#kept);
    const bytes = this.#kept.reduce((sum, { result }) => sum + bytesOf(result), 0);
    assert.deepEqual(this.#reader.totals(), {
      results: this.#kept.length,
      bytes,
      oldestTime: this.#kept[0]?.result.time,
      droppedForRoom: this.#droppedForRoom,
      droppedForAge: this.#droppedForAge,
    });
    for (const [name, position] of this.#positions) {
      const waiting = this.#kept.filter(({ seq }) => seq > position);
      assert.deepEqual(this.#reader.pending(name, 10_000), waiting);
      assert.deepEqual(this.#reader.waiting(name), {
        results: waiting.length,
        oldestTime: waiting[0]?.result.time,
      });
    }
  }

  #add(): void {
    const results = this.#newResults();
    this.steps.push(`add ${results.length}`);
    for (const result of results) {
      assert.equal(this.#writer.add(result) === undefined, this.#mayWait(result));
    }
    const added = results.filter((result) => this.#mayWait(result));
    const refused = results.length - added.length;
    if (this.#random.chance(0.2)) this.#failToCommit();
    const commit = this.#writer.commit();
    for (const result of added) this.#kept.push({ seq: ++this.#lastSeq, result });
    this.#droppedForRoom += refused;
    assert.deepEqual(commit, { added: added.length, dropped: refused + this.#trim() });
  }

  /** One that is larger than all that may wait is refused. */
  #mayWait(result: CheckResult): boolean {
    return bytesOf(result) <= this.#limits.bytesMax;
  }

  /** A transaction that is rolled back leaves nothing; what it wrote comes with the next one. */
  #failToCommit(): void {
    this.steps.push('failed');
    this.#database.exec('BEGIN');
    this.#writer.write();
    this.#database.exec('ROLLBACK');
    this.compare();
  }

  #trim(): number {
    let dropped = 0;
    const tooMuch = () =>
      this.#kept.length > this.#limits.resultsMax ||
      this.#kept.reduce((sum, { result }) => sum + bytesOf(result), 0) > this.#limits.bytesMax;
    while (tooMuch()) {
      const superseded = this.#kept.findIndex((old, index) =>
        this.#kept.slice(index + 1).some((newer) => sameService(newer.result, old.result)),
      );
      const byService = this.#limits.overflow === 'oldest-per-service' && superseded >= 0;
      this.#kept.splice(byService ? superseded : 0, 1);
      dropped++;
    }
    this.#droppedForRoom += dropped;
    return dropped;
  }

  #deliver(): void {
    const [name, position] = this.#random.pick([...this.#positions]);
    const waiting = this.#kept.filter(({ seq }) => seq > position);
    const last = waiting[this.#random.int(-1, waiting.length - 1)];
    if (last === undefined) return;
    this.steps.push(`deliver ${name} ${last.seq}`);
    this.#reader.delivered(name, last.seq);
    this.#positions.set(name, last.seq);
    this.#removeDelivered();
  }

  #age(): void {
    const before = this.#now - this.#random.int(0, 400);
    this.steps.push(`age ${before}`);
    const firstKept = this.#kept.findIndex(({ result }) => result.time >= before);
    const aged = firstKept < 0 ? this.#kept.length : firstKept;
    assert.equal(this.#reader.dropOlderThan(before), aged);
    this.#kept.splice(0, aged);
    this.#droppedForAge += aged;
  }

  /** With other limits, and receivers that are new, gone, or share a position. */
  #restart(): void {
    this.#limits = this.#newLimits();
    this.#writer = new OutboxWriter(this.#database, this.#limits);
    const names = this.#random.pick([['a'], ['a', 'b'], ['b', 'c'], ['a', 'b', 'c'], ['']]);
    this.steps.push(`restart ${names.join()}`);
    const farthest = Math.max(...this.#positions.values());
    const before = new Map(this.#positions);
    this.#positions.clear();
    for (const name of names) {
      this.#positions.set(name, before.get(name) ?? (name === '' ? farthest : 0));
    }
    this.#reader = new OutboxReader(this.#database, names);
    this.#removeDelivered();
  }

  #removeDelivered(): void {
    const least = Math.min(...this.#positions.values());
    this.#kept = this.#kept.filter(({ seq }) => seq > least);
  }

  #newLimits(): OutboxLimits {
    const random = this.#random;
    return {
      resultsMax: random.pick([1, 5, 20, 100, 1_000]),
      bytesMax: random.pick([1, 100, 1_000, 5_000, 1_000_000]) + random.int(0, 9),
      ageMaxSeconds: 0,
      overflow: random.pick(['oldest-per-service', 'oldest'] as const),
    };
  }

  #newResults(): CheckResult[] {
    const random = this.#random;
    return Array.from({ length: random.int(1, random.pick([2, 10, 30])) }, () => ({
      host: random.pick(['h', 'other']),
      service: random.pick([null, '', 's', 't\xe4', 'u']),
      returnCode: random.int(0, 3),
      output: 'x'.repeat(random.int(0, random.pick([2, 50, 500]))),
      time: this.#now,
    }));
  }

  #stored(): Kept[] {
    const everything = Math.min(...this.#positions.values());
    const name = [...this.#positions].find(([, position]) => position === everything)?.[0] ?? '';
    return this.#reader.pending(name, 10_000);
  }
}

function bytesOf({ host, service, output }: CheckResult): number {
  return host.length + (service ?? '').length + output.length;
}

function sameService(a: CheckResult, b: CheckResult): boolean {
  return a.host === b.host && a.service === b.service;
}

test(`the outbox holds what a plain list holds (SEED=${seed})`, (t) => {
  for (let number = 0; number * stepsPerModel < steps; number++) {
    // Each model has its own seed, so that a failing one can be replayed alone.
    const model = new Model(t, new SeededRandom(seed + number));
    try {
      for (let step = 0; step < stepsPerModel; step++) {
        model.step();
        model.compare();
      }
    } catch (error) {
      t.diagnostic(
        `SEED=${seed + number} STEPS=${stepsPerModel} replays: ${model.steps.join(', ')}`,
      );
      throw error;
    }
  }
});
