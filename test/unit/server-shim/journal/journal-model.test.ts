import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock } from '../../../../platform/clock.ts';
import { systemCodeOf } from '../../../../platform/errors.ts';
import { Counters } from '../../../../server-shim/counters.ts';
import type { DiskJournal } from '../../../../server-shim/journal/disk-journal.ts';
import { openJournal } from '../../../../server-shim/journal/open-journal.ts';
import type { ReceivedResult } from '../../../../server-shim/journal/result-journal.ts';
import { createSegment } from '../../../../server-shim/journal/segment.ts';
import type { SegmentCreator } from '../../../../server-shim/journal/segment-list.ts';
import { LogList } from '../../../support/log-list.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** Random histories of the journal against a list in memory: SEED=n SEEDS=m runs m of them. */
const firstSeed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const seeds = Number(process.env['SEEDS'] ?? (process.env['SEED'] === undefined ? 20 : 1));
const steps = 40;
const sinks = ['fast', 'slow'];

/** A clock with short timers: a disk that fails is tried again at once. */
const fastClock: Clock = {
  ...systemClock,
  setTimer: (delayMs, callback) => systemClock.setTimer(delayMs / 100, callback),
};

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: put in by the test`), { code });
}

/**
 * Files on a disk that fails now and then, in all ways in which one can: no new file, a part
 * written, and all written but not known to be safe.
 */
function failing(below: (end: number) => number): SegmentCreator {
  return async (...args) => {
    if (below(6) === 0) throw failure('ENOSPC');
    const { segment, file } = await createSegment(...args);
    return {
      segment,
      file: {
        async write(bytes, position) {
          const fate = below(12);
          if (fate === 0) throw failure('EROFS');
          const part = fate === 1 ? bytes.subarray(0, below(bytes.length)) : bytes;
          await file.write(part, position);
          if (fate <= 2) throw failure('EIO');
        },
        get isInPlace() {
          return file.isInPlace;
        },
        read: (bytes) => file.read(bytes),
        close: () => file.close(),
      },
    };
  };
}

/** Copies a folder from which files may vanish meanwhile. */
async function copyLive(from: string, to: string): Promise<void> {
  for (;;) {
    try {
      cpSync(from, to, { recursive: true });
      return;
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw error;
      rmSync(to, { recursive: true, force: true });
      await setImmediate();
    }
  }
}

/** What the journal must hold. */
class Model {
  readonly entries: number[] = [];
  readonly streams = new Map<string, number>();
  readonly positions = new Map(sinks.map((sink) => [sink, 0]));

  append(results: readonly ReceivedResult[]): void {
    for (const { result, id } of results) {
      if (id !== undefined) {
        if (id.seq <= (this.streams.get(id.stream) ?? 0)) continue;
        this.streams.set(id.stream, id.seq);
      }
      this.entries.push(result.time);
    }
  }

  waiting(sink: string): number[] {
    return this.entries.slice(this.positions.get(sink));
  }
}

/** One random history. */
class History {
  readonly #below: (end: number) => number;
  readonly #test: TestContext;
  readonly #model = new Model();
  #folder: string;
  #journal: DiskJournal;
  #number = 0;

  constructor(t: TestContext, seed: number) {
    this.#test = t;
    this.#below = new SeededRandom(seed).below;
    this.#folder = join(tempDir(t), 'journal');
    this.#journal = this.#open();
  }

  async run(): Promise<void> {
    for (let step = 0; step < steps; step++) {
      await this.#step();
      this.#compare();
    }
    await this.#journal.close();
  }

  async #step(): Promise<void> {
    const choice = this.#below(10);
    if (choice < 5) await this.#append();
    else if (choice < 8) this.#remove();
    else if (choice < 9) await this.#restart();
    else await this.#kill();
  }

  async #append(): Promise<void> {
    const groups = Array.from({ length: 1 + this.#below(3) }, () => this.#results());
    const appends = groups.map((group) => this.#journal.append(group));
    for (const group of groups) this.#model.append(group);
    await Promise.all(appends);
  }

  #results(): ReceivedResult[] {
    const stream = `agent ${this.#below(3)}`;
    // Some begin with what came before: repeats.
    let seq = Math.max(1, (this.#model.streams.get(stream) ?? 0) - this.#below(3));
    const hasIds = this.#below(3) > 0;
    return Array.from({ length: this.#below(20) }, () => {
      const output = 'x'.repeat(this.#below(300));
      const time = ++this.#number;
      const result = { host: 'h', service: null, returnCode: 0, output, time };
      seq += 1 + this.#below(2);
      return hasIds ? { result, id: { stream, seq } } : { result };
    });
  }

  #remove(): void {
    const sink = sinks[this.#below(sinks.length)] ?? '';
    const reader = this.#journal.reader(sink);
    const entries = reader.oldest(1 + this.#below(100));
    const last = entries.at(-1);
    if (last === undefined) return;
    reader.removeThrough(last.sequence);
    const { positions } = this.#model;
    positions.set(sink, (positions.get(sink) ?? 0) + entries.length);
  }

  async #restart(): Promise<void> {
    await this.#journal.close();
    this.#journal = this.#open();
  }

  /** Ends without closing anything, amid an append that is not acknowledged. */
  async #kill(): Promise<void> {
    const before = this.#newest();
    const unsafe = this.#results();
    await this.#journal.append(unsafe);
    const copy = join(tempDir(this.#test), 'journal');
    await copyLive(this.#folder, copy);
    await this.#journal.close();
    rmSync(this.#folder, { recursive: true });
    this.#folder = copy;
    const after = this.#newest();
    const isSame = before?.name === after?.name;
    const written = (after?.size ?? 0) - (isSame ? (before?.size ?? 0) : 0);
    // A new file may hold other appends before this one; then nothing is cut off.
    const cut = isSame && written > 0 ? this.#below(written + 1) : 0;
    if (cut > 0 && after) truncateSync(join(copy, after.name), after.size - cut);
    if (cut === 0) this.#model.append(unsafe);
    this.#journal = this.#open();
  }

  #newest(): { readonly name: string; readonly size: number } | undefined {
    const name = readdirSync(this.#folder)
      .filter((file) => file.endsWith('.journal'))
      .toSorted()
      .at(-1);
    return name === undefined ? undefined : { name, size: statSync(join(this.#folder, name)).size };
  }

  #open(): DiskJournal {
    const parts = { log: new LogList().log, clock: fastClock, counters: new Counters() };
    const createFailing = failing(this.#below);
    const options = { folder: this.#folder, sinks, segmentBytes: 4096 };
    return openJournal({ ...options, createSegment: createFailing }, parts);
  }

  #compare(): void {
    for (const sink of sinks) {
      const reader = this.#journal.reader(sink);
      const times = reader.oldest(Number.MAX_SAFE_INTEGER).map(({ result }) => result.time);
      assert.deepEqual(times, this.#model.waiting(sink));
      assert.equal(reader.size, times.length);
    }
    for (const [stream, seq] of this.#model.streams) {
      assert.equal(this.#journal.lastSeq(stream), seq);
    }
  }
}

test(`${seeds} random histories, from SEED=${firstSeed}`, async (t) => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    try {
      await new History(t, seed).run();
    } catch (error) {
      throw new Error(`the history of SEED=${seed} differs`, { cause: error });
    }
  }
});
