import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { test } from 'node:test';
import { makeFifo } from '../../../support/fifo.ts';
import { InputFixture } from './sec-input-fixture.ts';

test('one line of each input in turn, in the order of names', (t) => {
  const f = new InputFixture(t, ['b.log=B', 'a.log'], { tail: false });
  writeFileSync(f.path('a.log'), 'a1\na2\na3');
  writeFileSync(f.path('b.log'), 'b1\nb2\n');
  f.inputs.open();
  assert.deepEqual(f.lines(), ['a.log: a1', 'b.log: b1', 'a.log: a2', 'b.log: b2', 'a.log: a3']);
  assert.ok(f.inputs.ended);
});

test('an input that is named twice has the later context', (t) => {
  const f = new InputFixture(t, ['a.log=ONE', '*.log=TWO'], { tail: false });
  writeFileSync(f.path('a.log'), 'x\n');
  f.inputs.open();
  assert.equal(f.inputs.next()?.context, 'TWO');
  assert.equal(f.inputs.next(), undefined);
});

test('following begins at the end and goes on without end', (t) => {
  const f = new InputFixture(t, ['a.log']);
  writeFileSync(f.path('a.log'), 'old\n');
  f.inputs.open();
  appendFileSync(f.path('a.log'), 'new\npart');
  assert.deepEqual(f.lines(), ['a.log: new']);
  appendFileSync(f.path('a.log'), 'ial\n');
  assert.deepEqual(f.lines(), ['a.log: partial']);
  assert.ok(!f.inputs.ended);
});

test('another file under the name, and one that was cut', (t) => {
  const f = new InputFixture(t, ['a.log'], { fromStart: true });
  writeFileSync(f.path('a.log'), 'one\npart');
  f.inputs.open();
  assert.deepEqual(f.lines(), ['a.log: one']);
  f.host.take();
  renameSync(f.path('a.log'), f.path('a.log.1'));
  appendFileSync(f.path('a.log.1'), ' of two\n');
  writeFileSync(f.path('a.log'), 'three\n');
  assert.deepEqual(f.lines(), ['a.log: part of two']);
  assert.deepEqual(f.lines(), ['a.log: three']);
  writeFileSync(f.path('a.log'), '4\n');
  assert.deepEqual([f.lines(), f.lines()], [[], ['a.log: 4']]);
  assert.deepEqual(f.logged(), [
    'log 4 Input file a.log has been recreated',
    'log 4 Reopening a.log and processing from the start',
    'log 4 Input file a.log has been truncated',
    'log 4 Reopening a.log and processing from the start',
  ]);
});

test('a block brings a line or not; other inputs do not wait for it', (t) => {
  const f = new InputFixture(t, ['a.log', 'b.log'], { fromStart: true, blockSize: 4 });
  writeFileSync(f.path('a.log'), '1234567\n8\n');
  writeFileSync(f.path('b.log'), 'x\ny\nz\n');
  f.inputs.open();
  assert.deepEqual(f.lines(), ['b.log: x', 'a.log: 1234567', 'b.log: y', 'a.log: 8', 'b.log: z']);
});

test('an input that is missing is tried again, and read from its start', (t) => {
  const f = new InputFixture(t, ['a.log'], { reopenTimeout: 3 });
  f.inputs.open();
  writeFileSync(f.path('a.log'), 'x\n');
  f.now += 2;
  assert.deepEqual(f.lines(), []);
  f.now += 1;
  assert.deepEqual([f.lines(), f.lines()], [[], ['a.log: x']]);
});

test('one that was there before is read from its end when it comes back', (t) => {
  const f = new InputFixture(t, ['a.log'], { reopenTimeout: 1 });
  mkdirSync(f.path('a.log'));
  f.inputs.open();
  assert.deepEqual(f.logged(), [
    'log 4 Opening input file a.log',
    'log 2 Input file a.log is of unsupported type!',
  ]);
  rmdirSync(f.path('a.log'));
  writeFileSync(f.path('a.log'), 'x\n');
  f.now += 1;
  assert.deepEqual([f.lines(), f.lines()], [[], []]);
  appendFileSync(f.path('a.log'), 'y\n');
  assert.deepEqual(f.lines(), ['a.log: y']);
});

test('a silent input rests, and a script is told of its silence and of its end', (t) => {
  const f = new InputFixture(t, ['a.log'], {
    checkTimeout: 2,
    inputTimeout: 5,
    timeoutScript: 'tell',
  });
  writeFileSync(f.path('a.log'), '');
  f.inputs.open();
  const seen: string[] = [];
  for (let second = 0; second < 12; second++) {
    if (second === 7) appendFileSync(f.path('a.log'), 'x\n');
    for (const what of [...f.lines(), ...f.scripts.splice(0)]) seen.push(`${second} ${what}`);
    f.now++;
  }
  assert.deepEqual(seen, ['6 tell 1 a.log', '8 a.log: x', '8 tell 0 a.log']);
});

test('inputs that rules add and drop', (t) => {
  const f = new InputFixture(t, ['a.log']);
  writeFileSync(f.path('a.log'), '');
  writeFileSync(f.path('b.log'), 'b1\nb2\nb3\n');
  f.inputs.open();
  f.host.take();
  f.inputs.add(f.path('b.log'), '3', 'B');
  const { source, ...line } = f.inputs.next() ?? { source: undefined };
  assert.deepEqual([source, line], [f.path('b.log'), { text: 'b2', context: 'B' }]);
  f.inputs.add(f.path('b.log'), '0', undefined);
  f.inputs.add(f.path('a.log'), '0', undefined);
  f.inputs.drop(f.path('b.log'));
  f.inputs.drop(f.path('a.log'));
  f.inputs.add(f.path('b.log'), '100', undefined);
  assert.deepEqual(f.lines(), []);
  assert.deepEqual(f.logged(), [
    "log 3 Dynamic input file 'b.log' already exists in the list of inputs, can't add",
    "log 3 Input file 'a.log' already exists in the list of inputs, can't add",
    "log 3 Dynamic input file 'a.log' not found, can't drop",
    'log 4 Offset 100 beyond EOF, seeking EOF in input file b.log',
  ]);
});

test('a full restart goes on at the end and forgets what rules had added', (t) => {
  const f = new InputFixture(t, ['a.log'], { fromStart: true });
  writeFileSync(f.path('a.log'), '1\n2\n3\npart');
  writeFileSync(f.path('b.log'), '');
  f.inputs.open();
  f.inputs.add(f.path('b.log'), '-', undefined);
  assert.equal(f.inputs.next()?.text, '1');
  f.inputs.reopen('full', f.options);
  appendFileSync(f.path('a.log'), 'new\n');
  appendFileSync(f.path('b.log'), 'gone\n');
  assert.deepEqual(f.lines(), ['a.log: new']);
});

test('a soft restart keeps what is open, and opens what was missing at its end', (t) => {
  const f = new InputFixture(t, ['a.log', 'm.log'], { fromStart: true });
  writeFileSync(f.path('a.log'), '1\n2\npart');
  f.inputs.open();
  assert.equal(f.inputs.next()?.text, '1');
  writeFileSync(f.path('m.log'), 'old\n');
  f.inputs.reopen('soft', f.options);
  appendFileSync(f.path('a.log'), 'ial\n');
  appendFileSync(f.path('m.log'), 'new\n');
  assert.deepEqual(f.lines(), ['a.log: 2', 'm.log: new', 'a.log: partial']);
});

/** Writes to a fifo that somebody has open, and leaves it again. */
function writeTo(fifo: string, text: string): void {
  const descriptor = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  writeSync(descriptor, text);
  closeSync(descriptor);
}

test('a fifo that is opened for reading only waits for its writers', (t) => {
  const f = new InputFixture(t, ['fifo'], { readWriteFifo: false });
  makeFifo(f.path('fifo'));
  f.inputs.open();
  assert.deepEqual(f.lines(), []);
  writeTo(f.path('fifo'), 'one\npart');
  assert.deepEqual(f.lines(), ['fifo: one', 'fifo: part']);
  writeTo(f.path('fifo'), 'two\n');
  assert.deepEqual(f.lines(), ['fifo: two']);
});

test('read once, it has ended when its last writer has left', (t) => {
  const f = new InputFixture(t, ['fifo'], { tail: false, readWriteFifo: false });
  makeFifo(f.path('fifo'));
  f.inputs.open();
  assert.deepEqual([f.lines(), f.inputs.ended], [[], false]);
  writeTo(f.path('fifo'), 'one\npart');
  assert.deepEqual([f.lines(), f.inputs.ended], [['fifo: one', 'fifo: part'], true]);
});

test('a fifo that is opened for writing too has no end', (t) => {
  const f = new InputFixture(t, ['fifo'], { tail: false });
  makeFifo(f.path('fifo'));
  f.inputs.open();
  writeTo(f.path('fifo'), 'one\npart');
  assert.deepEqual([f.lines(), f.inputs.ended], [['fifo: one'], false]);
  writeTo(f.path('fifo'), 'ial\n');
  assert.deepEqual(f.lines(), ['fifo: partial']);
});
