import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FileWriter } from '../agent/effects/file-writer.ts';
import { type LineSource, newCounters } from '../agent/input/line-source.ts';
import { outboxFile, outboxSchema } from '../agent/outbox/outbox-schema.ts';
import { OutboxWriter } from '../agent/outbox/outbox-writer.ts';
import { Committer } from '../agent/pipeline/committer.ts';
import { type Committing, Pipeline } from '../agent/pipeline/pipeline.ts';
import { SqliteState } from '../agent/pipeline/sqlite-state.ts';
import { Engine } from '../agent/sec/engine/engine.ts';
import { readRuleFile } from '../agent/sec/rule-file/read-rule-file.ts';
import { restoreEngine } from '../agent/sec/state/restore-engine.ts';
import { systemClock } from '../platform/clock.ts';
import { logTo } from '../platform/log.ts';
import { inTransaction, openStore } from '../platform/sqlite-store.ts';
import type { CheckResult } from '../protocol/check-result.ts';
import { RecordingHost } from '../test/support/recording-host.ts';
import { testExtensions } from '../test/support/run-rules.ts';

/*
 * What durability costs. First: the time of a commit with 100 changed operations among 1,000,
 * 10,000 and 100,000 live ones. Second: lines a second with the checkpoint and without, where
 * every line changes an operation and 1,000 results come out a second.
 */

const rules = String.raw`
type=SingleWithThreshold
ptype=RegExp
pattern=sshd\[\d+\]: Failed password for (\S+) from (\S+)
desc=failed logins of $1 from $2
window=3600
thresh=100000
action=submit h;SSHD Failures;CRITICAL;$1 failed from $2 at %t

type=Single
ptype=RegExp
pattern=report (\d+)
desc=a result
action=submit h;service $1;WARNING;a result of a usual length, with a number in it: $1
`;

const time = 1_700_000_000;
const { checked } = readRuleFile(rules, 'bench.sec', {
  perl: undefined,
  extensions: testExtensions,
});
const files = [checked];

function failure(key: number): string {
  return `Nov 14 22:13:20 web01 sshd[4711]: Failed password for user${key % 1000} from 10.0.${key >> 8}.${key & 255} port 51234 ssh2`;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((left, right) => left - right);
}

/** The value that so large a part of all are not above. */
function quantile(values: readonly number[], part: number): number {
  return sorted(values)[Math.floor(part * (values.length - 1))] ?? Number.NaN;
}

/** Times of commits with 100 changed operations among so many. */
function commitTimes(folder: string, operations: number): void {
  const database = openStore(path.join(folder, `${operations}.sqlite`), outboxSchema);
  const tables = new SqliteState(database);
  const engine = new Engine({ files, host: new RecordingHost() });
  const { state } = restoreEngine(engine, tables, () => {});
  const commit = () => {
    const before = performance.now();
    inTransaction(database, () => state.save(tables));
    state.saved();
    return performance.now() - before;
  };
  for (let key = 0; key < operations; key++) engine.process(failure(key), 'log', time);
  const first = commit();
  const times = Array.from({ length: 200 }, (_, round) => {
    for (let index = 0; index < 100; index++) {
      const key = (round * 7_919 + index * 104_729) % operations;
      engine.process(failure(key), 'log', time + round);
    }
    return commit();
  });
  const before = performance.now();
  restoreEngine(new Engine({ files, host: new RecordingHost() }), tables, () => {});
  const restored = performance.now() - before;
  const row = database.prepare('SELECT avg(length(record)) AS bytes FROM state_operations').get();
  database.close();
  const columns = [
    String(operations),
    quantile(times, 0.5).toFixed(2),
    quantile(times, 0.95).toFixed(2),
    first.toFixed(0),
    restored.toFixed(0),
    Number(row?.['bytes']).toFixed(0),
  ];
  console.log(columns.map((column) => column.padStart(12)).join(''));
}

/** Lines without end: failures of 10,000 users and addresses, and now and then a report. */
class EndlessSource implements LineSource {
  readonly name = 'log';
  readonly counters = newCounters();
  readonly ended = false;
  readonly hasLines = true;
  readonly isRestless = true;
  readonly #lines = Array.from({ length: 10_000 }, (_, key) => failure(key));
  readonly #linesPerReport: number;
  #taken = 0;

  constructor(linesPerReport: number) {
    this.#linesPerReport = linesPerReport;
  }

  next(): string | undefined {
    const taken = ++this.#taken;
    if (taken % this.#linesPerReport === 0) return `report ${taken}`;
    return this.#lines[taken % 10_000];
  }

  poll(): boolean {
    return true;
  }

  close(): void {}
}

/** A host that keeps results and nothing else. */
class ResultHost extends RecordingHost {
  readonly #add: (result: CheckResult) => void;

  constructor(add: (result: CheckResult) => void) {
    super();
    this.#add = add;
  }

  override submit(result: CheckResult): void {
    this.#add(result);
  }
}

/** Forgets everything: durability off. */
const noCommits: Committing = {
  handled: () => {},
  hasWork: false,
  isFull: false,
  isFailing: false,
  dueInMs: () => 1_000,
  commitIfDue: () => 0,
  commitLast: () => 0,
};

/** Runs for so long; gives lines and results a second, and lines a second of CPU. */
function run(folder: string, linesPerReport: number, durable: boolean, seconds: number) {
  const log = logTo(() => {});
  const database = openStore(path.join(folder, outboxFile), outboxSchema);
  const outbox = new OutboxWriter(database);
  let results = 0;
  const host = new ResultHost((result) => {
    results++;
    if (durable) outbox.add(result);
  });
  const engine = new Engine({ files, host });
  const tables = new SqliteState(database);
  tables.clear();
  const state = durable ? restoreEngine(engine, tables, () => {}).state : undefined;
  const savable = state && {
    get hasChanges() {
      return state.hasChanges;
    },
    save: () => state.save(tables),
    saved: () => state.saved(),
  };
  const savables = savable === undefined ? [] : [savable];
  const parts = { database, outbox, savables, clock: systemClock, log };
  const source = new EndlessSource(linesPerReport);
  const pipeline = new Pipeline({
    inputs: {
      sources: [source],
      ready: [source],
      specOf: () => undefined,
      poll: () => true,
      restMs: 0,
    },
    engine,
    files: new FileWriter(log),
    committer: durable ? new Committer(parts) : noCommits,
    clock: systemClock,
    log,
  });
  let lines = 0;
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1_000) lines += pipeline.turn().lines;
  pipeline.finish();
  const took = (performance.now() - begun) / 1_000;
  database.close();
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  return { lines: lines / took, linesPerCpu: lines / cpuSeconds, results: results / took };
}

function throughput(folder: string): void {
  // As many lines a result as make 1,000 results a second while commits take their part: its speed
  // without them would promise a rate that is then not held.
  const { lines: alone } = run(folder, 1_000_000_000, false, 2);
  const { lines: committing } = run(folder, Math.max(1, Math.round(alone / 1_000)), true, 2);
  const linesPerReport = Math.max(1, Math.floor(committing / 1_100));
  const ratios: number[] = [];
  const cpuRatios: number[] = [];
  for (let round = 1; round <= 5; round++) {
    const off = run(folder, linesPerReport, false, 2);
    const on = run(folder, linesPerReport, true, 2);
    ratios.push(on.lines / off.lines);
    cpuRatios.push(on.linesPerCpu / off.linesPerCpu);
    const speeds = `off ${off.lines.toFixed(0)} lines/s, on ${on.lines.toFixed(0)} lines/s`;
    console.log(`round ${round}: ${speeds} with ${on.results.toFixed(0)} durable results/s`);
  }
  tellCost('time', quantile(ratios, 0.5));
  tellCost('CPU time', quantile(cpuRatios, 0.5));
}

function tellCost(of: string, ratio: number): void {
  const cost = ((1 - ratio) * 100).toFixed(1);
  console.log(`lines by ${of}, on / off, median: ${ratio.toFixed(3)}: durability costs ${cost} %`);
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-bench-'));
try {
  const titles = ['operations', 'median ms', '95 % ms', 'first ms', 'restore ms', 'bytes each'];
  console.log('a commit with 100 changed operations among');
  console.log(titles.map((title) => title.padStart(12)).join(''));
  for (const operations of [1_000, 10_000, 100_000]) commitTimes(folder, operations);
  throughput(folder);
} finally {
  rmSync(folder, { recursive: true });
}
