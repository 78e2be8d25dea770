import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { FileWriter } from '../../../../agent/effects/file-writer.ts';
import type { LineSource } from '../../../../agent/input/line-source.ts';
import { StdinSource } from '../../../../agent/input/stdin-source.ts';
import { Pipeline } from '../../../../agent/pipeline/pipeline.ts';
import { defaultEngineOptions, Engine } from '../../../../agent/sec/engine/engine.ts';
import { readRuleFile } from '../../../../agent/sec/rule-file/read-rule-file.ts';
import { LogList } from '../../../support/log-list.ts';
import { RecordingHost } from '../../../support/recording-host.ts';
import { testExtensions } from '../../../support/run-rules.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** Some lines of each kind; what rules look for stands in few of them. */
const lines = Array.from({ length: 20_000 }, (_, index) => {
  if (index % 997 === 0) return `login failed for user${index % 7}`;
  if (index % 1999 === 0) return `login opened for user${index % 7}`;
  return `noise number ${index} ${'.'.repeat(index % 40)}`;
});

const rules = String.raw`
type=Single
ptype=RegExp
pattern=login opened for (\S+)
desc=opened by $1
action=write - %s; create OPEN_$1 3600

type=SingleWithThreshold
ptype=RegExp
pattern=login failed for (\S+)
context=!OPEN_$1
desc=failed by $1
action=write - %s $+{_inputsrc}
window=3600
thresh=2
`;

/** What the rules write, and which lines they get to see. */
function run(t: TestContext, prefilter: boolean) {
  const file = path.join(tempDir(t), 'log');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const fd = openSync(file, 'r');
  t.after(() => closeSync(fd));
  const { log } = new LogList();
  const source: LineSource = new StdinSource({ log, fd });
  const language = { perl: undefined, extensions: testExtensions };
  const { checked } = readRuleFile(rules, 'test.sec', language);
  const host = new RecordingHost();
  const options = { ...defaultEngineOptions, prefilter, bufferSize: 3 };
  const engine = new Engine({ files: [checked], host, options });
  const pipeline = new Pipeline({
    inputs: {
      sources: [source],
      ready: [source],
      poll: () => source.poll(),
      specOf: () => ({}),
      restMs: 0,
    },
    engine,
    files: new FileWriter(log),
    committer: {
      handled: () => {},
      hasWork: false,
      isFull: false,
      isFailing: false,
      dueInMs: () => 0,
      commitIfDue: () => 0,
      commitLast: () => 0,
    },
    clock: { nowMs: () => 1_700_000_000_000, monotonicMs: () => 0, setTimer: () => () => {} },
    log,
  });
  let handled = 0;
  while (!pipeline.ended) handled += pipeline.turn().lines;
  const { window } = engine.line;
  return { calls: host.take(), handled, counted: source.counters.lines, last: window.all };
}

test('lines that no rule has to be tried on are left out, counted, and stand in windows', (t) => {
  const all = run(t, false);
  assert.ok(all.calls.length > 5);
  assert.equal(all.handled, lines.length);
  assert.deepEqual(all.last, lines.slice(-3));
  assert.deepEqual(run(t, true), all);
});
