import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { FileWriter } from '../../../../agent/effects/file-writer.ts';
import { ProcessStarter } from '../../../../agent/effects/process-starter.ts';
import { RealHost } from '../../../../agent/effects/real-host.ts';
import { SocketWriter } from '../../../../agent/effects/socket-writer.ts';
import { type LineSource, newCounters } from '../../../../agent/input/line-source.ts';
import { outboxLimitsDefault } from '../../../../agent/outbox/outbox-limits.ts';
import { OutboxReader } from '../../../../agent/outbox/outbox-reader.ts';
import { outboxSchema } from '../../../../agent/outbox/outbox-schema.ts';
import { OutboxWriter } from '../../../../agent/outbox/outbox-writer.ts';
import { Committer, commitIntervalMs } from '../../../../agent/pipeline/committer.ts';
import { Pipeline } from '../../../../agent/pipeline/pipeline.ts';
import { defaultEngineOptions, Engine } from '../../../../agent/sec/engine/engine.ts';
import { readRuleFile } from '../../../../agent/sec/rule-file/read-rule-file.ts';
import type { Clock } from '../../../../platform/clock.ts';
import { openStore } from '../../../../platform/sqlite-store.ts';
import { LogList } from '../../../support/log-list.ts';
import { testExtensions } from '../../../support/run-rules.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** A source whose lines a test puts in. */
class MemorySource implements LineSource {
  readonly name: string;
  readonly counters = newCounters();
  readonly lines: string[];
  readonly isRestless = false;
  readsOnce = false;
  ended = false;

  constructor(name: string, ...lines: readonly string[]) {
    this.name = name;
    this.lines = [...lines];
  }

  get hasLines(): boolean {
    return this.lines.length > 0;
  }

  next(): string | undefined {
    return this.lines.shift();
  }

  poll(): boolean {
    return this.lines.length > 0;
  }

  close(): void {}
}

/** A clock that shows one time; between two turns as much passes as a commit may wait. */
function clockOfTurns(): Clock & { wallMs: number } {
  let monotonic = 0;
  return {
    wallMs: 1_700_000_000_500,
    nowMs() {
      return this.wallMs;
    },
    monotonicMs: () => (monotonic += commitIntervalMs),
    setTimer: () => () => {},
  };
}

const rules = `
type=Single
ptype=RegExp
pattern=^result (.*)
desc=a result
action=submit h;s;0;$1 at %u

type=Single
ptype=RegExp
pattern=^where
desc=an internal context
action=write OUT $+{_intcontext}

type=Single
ptype=RegExp
pattern=^again
desc=an event that makes itself
action=event again

type=Single
ptype=RegExp
pattern=(.*)
desc=another line
action=write OUT $+{_inputsrc}: $1
`;

function pipelineOf(t: TestContext, sources: readonly LineSource[], resultsMax = 100_000) {
  const folder = tempDir(t);
  const out = path.join(folder, 'out');
  const logs = new LogList();
  const { log } = logs;
  const database = openStore(path.join(folder, 'outbox.sqlite'), outboxSchema);
  t.after(() => database.close());
  const outbox = new OutboxWriter(database, { ...outboxLimitsDefault, resultsMax });
  const files = new FileWriter(log);
  const processes = new ProcessStarter(log, {
    onLines: () => {},
    onEnd: () => {},
    waitingEvents: () => 0,
  });
  const unexpected = () => assert.fail('no rule asks for it');
  const host = new RealHost({
    ...{ files, processes, outbox, log },
    sockets: new SocketWriter(log, { perl: undefined }),
    inputs: { addInput: unexpected, dropInput: unexpected },
    onSignal: unexpected,
  });
  const language = { perl: undefined, extensions: testExtensions };
  const { checked } = readRuleFile(rules.replaceAll('OUT', out), 'test.sec', language);
  const options = { ...defaultEngineOptions, internalContexts: true };
  const engine = new Engine({ files: [checked], host, options });
  const inputs = {
    sources,
    ready: sources,
    poll: () => sources.map((source) => source.poll()).includes(true),
    restMs: 0,
    specOf: ({ name }: LineSource) => (name === '/named' ? { context: 'NAMED' } : {}),
  };
  const clock = clockOfTurns();
  const committer = new Committer({ database, outbox, savables: [], clock, log });
  const pipeline = new Pipeline({ inputs, engine, files, committer, clock, log });
  const reader = new OutboxReader(database, ['main']);
  const outputs = () => reader.pending('main', 100_000).map(({ result }) => result.output);
  const written = () => readFileSync(out, 'latin1');
  return { pipeline, inputs, outputs, written, logs, clock, engine };
}

test('a turn takes what is there through the rules, and commits', (t) => {
  const source = new MemorySource('/var/log/a', 'result 1', 'other \xe4', 'result 2');
  const { pipeline, outputs, written } = pipelineOf(t, [source]);
  assert.deepEqual(pipeline.turn(), { lines: 3, results: 2 });
  assert.deepEqual(outputs(), ['1 at 1700000000', '2 at 1700000000']);
  assert.equal(written(), '/var/log/a: other \xe4\n');
  assert.deepEqual(pipeline.turn(), { lines: 0, results: 0 });
});

test('sources take turns, a line each, as in SEC', (t) => {
  const sources = [
    new MemorySource('a', '1', '2', '3'),
    new MemorySource('b', '1'),
    new MemorySource('c', '1', '2'),
  ];
  const { pipeline, written } = pipelineOf(t, sources);
  pipeline.turn();
  assert.equal(written(), 'a: 1\nb: 1\nc: 1\na: 2\nc: 2\na: 3\n');
});

test('a turn has a limit, so that stopping and commits are never far away', (t) => {
  const many = Array.from({ length: 25_000 }, (_, index) => `result ${index}`);
  const { pipeline, outputs } = pipelineOf(t, [new MemorySource('a', ...many)]);
  assert.deepEqual(
    [pipeline.turn(), pipeline.turn(), pipeline.turn()].map(({ lines }) => lines),
    [10_000, 10_000, 5_000],
  );
  assert.deepEqual(
    outputs(),
    many.map((line) => `${line.slice(7)} at 1700000000`),
  );
});

test('at the end all is handled that was read and cannot be read again', (t) => {
  const many = Array.from({ length: 25_000 }, (_, index) => `result ${index}`);
  const [pipe, file] = [new MemorySource('a', ...many), new MemorySource('b', 'result of a file')];
  pipe.readsOnce = true;
  const { pipeline, outputs } = pipelineOf(t, [pipe, file]);
  assert.equal(pipeline.finish(), 25_000);
  assert.equal(outputs().length, 25_000);
  assert.equal(file.lines.length, 1);
});

test('the context of an input is that of its lines', (t) => {
  const sources = [new MemorySource('/named', 'where'), new MemorySource('/other', 'where')];
  const { pipeline, written } = pipelineOf(t, sources);
  pipeline.turn();
  assert.equal(written(), 'NAMED\n_FILE_EVENT_/other\n');
});

test('events that make events without end do not keep a turn from ending', (t) => {
  const { pipeline } = pipelineOf(t, [new MemorySource('a', 'again')]);
  const first = pipeline.turn();
  assert.ok(first.lines >= 10_000 && first.lines < 11_000, `${first.lines} lines in a turn`);
  assert.ok(pipeline.turn().lines > 0);
});

test('with nothing to do it rests until the next second, a file is to be looked at, or a commit is due', (t) => {
  const source = new MemorySource('a');
  const { pipeline, inputs, clock } = pipelineOf(t, [source]);
  pipeline.turn();
  // It is half past a second; up to 100 ms are added, by chance of the process's number.
  inputs.restMs = 1_000;
  assert.ok(pipeline.restMs >= 500 && pipeline.restMs < 600, `${pipeline.restMs} ms`);
  inputs.restMs = 250;
  assert.equal(pipeline.restMs, 250);
  inputs.restMs = 0;
  assert.equal(pipeline.restMs, 100);
  clock.wallMs += 499;
  inputs.restMs = 1_000;
  assert.ok(pipeline.restMs >= 100 && pipeline.restMs < 200, `${pipeline.restMs} ms`);
});

test('it has ended when all sources have', (t) => {
  const sources = [new MemorySource('a'), new MemorySource('b')];
  const { pipeline } = pipelineOf(t, sources);
  const states = [pipeline.ended];
  for (const source of sources) {
    source.ended = true;
    states.push(pipeline.ended);
  }
  assert.deepEqual(states, [false, false, true]);
  assert.equal(pipelineOf(t, []).pipeline.ended, false);
});

test('a full outbox drops the oldest', (t) => {
  const source = new MemorySource('a', 'result 1', 'result 2', 'result 3');
  const { pipeline, outputs } = pipelineOf(t, [source], 2);
  pipeline.turn();
  assert.deepEqual(outputs(), ['2 at 1700000000', '3 at 1700000000']);
});

test('a clock that goes back moves what waits with it, and is told', (t) => {
  const { pipeline, clock, logs, engine } = pipelineOf(t, [new MemorySource('a')]);
  pipeline.turn();
  engine.events.delay(1_700_000_100, { text: 'x', internalContext: 'y' });
  for (const [seconds, at] of [
    [3, 1_700_000_100],
    [4_000, 1_699_996_100],
  ] as const) {
    clock.wallMs -= seconds * 1_000;
    pipeline.turn();
    assert.equal(engine.events.nextDueAt, at);
  }
  assert.equal(logs.of('CLOCK_SET_BACK').length, 1);
});
