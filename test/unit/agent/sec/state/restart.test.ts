import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../../../../agent/sec/engine/engine.ts';
import { readRuleFile } from '../../../../../agent/sec/rule-file/read-rule-file.ts';
import { restoreEngine } from '../../../../../agent/sec/state/restore-engine.ts';
import { describeEngine } from '../../../../support/describe-engine.ts';
import { MemoryState } from '../../../../support/memory-state.ts';
import { RecordingHost } from '../../../../support/recording-host.ts';
import { testExtensions } from '../../../../support/run-rules.ts';

const begun = 1_700_000_000;

const rules = String.raw`
type=PairWithWindow
ptype=RegExp
pattern=^down (\S+)
desc=down $1
action=write OUT $1 stays down
ptype2=RegExp
pattern2=^up $1
desc2=up %1
action2=write OUT %1 is back
window=60

type=Single
ptype=RegExp
pattern=^context (\S+) (\d+)
desc=a context
action=create $1 $2 (write OUT context $1 is over)

type=Single
ptype=RegExp
pattern=^later (\d+) (\S+)
desc=an event
action=tevent $1 $2; assign %last $2

type=SingleWithThreshold
ptype=RegExp
pattern=^count (\S+)
desc=count $1
action=write OUT three times $1
window=100
thresh=3
`;

const language = { perl: undefined, extensions: testExtensions };

/** An engine with what was saved, a way to save what changes, and what its rules write. */
function engineOn(saved: MemoryState, text = rules) {
  const host = new RecordingHost();
  const { checked } = readRuleFile(text, 'test.sec', language);
  const engine = new Engine({ files: [checked], host });
  const { state, summary } = restoreEngine(engine, saved, () => {});
  const save = () => {
    state.save(saved);
    state.saved();
  };
  const written = () => host.take().filter((call) => call.startsWith('write'));
  const process = (line: string, time: number) => engine.process(line, 'log', time);
  return { engine, summary, save, written, process };
}

test('what ended while nothing ran ends at the start, in the order in which it was due', () => {
  const saved = new MemoryState();
  const before = engineOn(saved);
  before.process('context late 90', begun);
  before.process('down a', begun);
  before.process('context early 30', begun);
  before.process('context for-ever 0', begun);
  before.save();
  const after = engineOn(saved);
  after.engine.catchUp(begun + 10_000);
  const texts = after.written().map((call) => call.replace(/\\n.*|\n/g, ''));
  assert.equal(texts.length, 3);
  assert.match(texts[0] ?? '', /context early is over/);
  assert.match(texts[1] ?? '', /a stays down/);
  assert.match(texts[2] ?? '', /context late is over/);
  assert.ok(after.engine.contexts.peek('for-ever'));
  // It ends once, also after another restart.
  after.save();
  const again = engineOn(saved);
  again.engine.catchUp(begun + 10_001);
  assert.deepEqual(again.written(), []);
});

test('windows go on with their original times', () => {
  const saved = new MemoryState();
  const before = engineOn(saved);
  before.process('down a', begun);
  before.process('later 40 x', begun);
  before.save();
  const after = engineOn(saved);
  after.engine.catchUp(begun + 30);
  after.engine.housekeep(begun + 60);
  assert.deepEqual(after.written(), []);
  after.engine.housekeep(begun + 61);
  assert.equal(after.written().length, 1);
});

test('only what has changed is written, and what is gone is removed', () => {
  const saved = new MemoryState();
  const { engine, save, process } = engineOn(saved);
  for (let key = 0; key < 1_000; key++) process(`count ${key}`, begun);
  save();
  saved.writes = 0;
  process('count 7', begun + 1);
  process('count 8', begun + 1);
  save();
  // The clock and two operations.
  assert.equal(saved.writes, 3);
  engine.housekeep(begun + 101);
  save();
  assert.equal([...saved.rows('operations')].length, 2);
});

test('a changed rule loses its operations, the others keep theirs wherever they stand', () => {
  const saved = new MemoryState();
  const before = engineOn(saved);
  before.process('down a', begun);
  before.process('count a', begun);
  before.process('context c 60', begun);
  before.save();
  const changed = `type=Suppress\nptype=SubStr\npattern=noise\n\n${rules.replace('thresh=3', 'thresh=4')}`;
  const { engine, summary, save } = engineOn(saved, changed);
  assert.deepEqual([summary.operations, summary.contexts, summary.dropped], [1, 1, 1]);
  assert.deepEqual(
    [...engine.operations.all].map(({ key }) => key),
    ['test.sec | 1 | down a'],
  );
  save();
  assert.deepEqual(engineOn(saved, changed).summary.dropped, 0);
});

test('a clock that is set back: windows, lifetimes and delays keep what was left', () => {
  const saved = new MemoryState();
  const { engine, process, written, save } = engineOn(saved);
  process('down a', begun);
  process('context c 60', begun);
  process('later 60 x', begun);
  process('count a', begun);
  save();
  const year = 31_536_000;
  engine.clockSetBack(year);
  const now = begun - year;
  engine.housekeep(now + 30);
  assert.deepEqual(written(), []);
  save();
  const restored = engineOn(saved).engine;
  assert.deepEqual(describeEngine(restored), describeEngine(engine));
  engine.housekeep(now + 61);
  assert.equal(written().length, 2);
  assert.equal(engine.events.hasReady, true);
  assert.deepEqual(
    [...engine.operations.all].map(({ key }) => key),
    ['test.sec | 3 | count a'],
  );
  engine.housekeep(now + 102);
  assert.deepEqual([...engine.operations.all], []);
});

test('a clock that is set forward ends everything at once, and nothing breaks', () => {
  const { engine, process, written } = engineOn(new MemoryState());
  process('down a', begun);
  process('context c 60', begun);
  process('count a', begun);
  engine.housekeep(4_000_000_000);
  assert.equal(written().length, 2);
  assert.deepEqual([...engine.operations.all], []);
  assert.equal(engine.contexts.all.size, 0);
});
