import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { FileWriter } from '../../../../agent/effects/file-writer.ts';
import { FifoReader, makeFifo } from '../../../support/fifo.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('lines go to their files at the flush, in order, as bytes', (t) => {
  const folder = tempDir(t);
  const [a = '', b = ''] = ['a', 'b'].map((name) => path.join(folder, name));
  const writer = new FileWriter(new LogList().log);
  writer.write(a, 'one \xe4\n');
  writer.write(b, 'two\n');
  writer.write(a, '\n');
  assert.deepEqual(readdirSync(folder), []);
  writer.flush();
  assert.equal(readFileSync(a, 'latin1'), 'one \xe4\n\n');
  writer.write(a, 'three\n');
  writer.close();
  assert.equal(readFileSync(a, 'latin1'), 'one \xe4\n\nthree\n');
  assert.equal(readFileSync(b, 'latin1'), 'two\n');
});

test('more files than are kept open', (t) => {
  const folder = tempDir(t);
  const writer = new FileWriter(new LogList().log);
  const files = Array.from({ length: 150 }, (_, index) => path.join(folder, String(index)));
  for (const round of ['1', '2']) {
    for (const file of files) writer.write(file, `${round}\n`);
    writer.flush();
  }
  writer.close();
  for (const file of files) assert.equal(readFileSync(file, 'latin1'), '1\n2\n');
});

test('a file that cannot be written: told once, the others go on', (t) => {
  const folder = tempDir(t);
  const logs = new LogList();
  const writer = new FileWriter(logs.log);
  const late = path.join(folder, 'missing/file');
  const good = path.join(folder, 'good');
  for (const text of ['1', '2']) {
    writer.write(late, `${text}\n`);
    writer.write(good, `${text}\n`);
    writer.flush();
  }
  assert.deepEqual(
    logs.records.map(({ code, message }) => [code, message]),
    [['WRITE_FAILED', `cannot write to ${late}, text for it is lost: no such file or directory`]],
  );
  mkdirSync(path.dirname(late));
  writer.write(late, '3\n');
  writer.close();
  assert.equal(readFileSync(late, 'latin1'), '3\n');
  assert.equal(readFileSync(good, 'latin1'), '1\n2\n');
  assert.equal(logs.of('WRITE_WORKS').length, 1);
});

test('a folder is no file', (t) => {
  const logs = new LogList();
  const writer = new FileWriter(logs.log);
  writer.write(tempDir(t), 'x');
  writer.close();
  assert.match(logs.records[0]?.message ?? '', /text for it is lost: it is a directory/);
});

test('a fifo: without a reader its lines are lost, with one they arrive', (t) => {
  const fifo = makeFifo(path.join(tempDir(t), 'fifo'));
  const logs = new LogList();
  const writer = new FileWriter(logs.log);
  writer.write(fifo, 'nobody\n');
  writer.flush();
  assert.equal(logs.of('WRITE_FAILED').length, 1);
  const reader = FifoReader.forTest(t, fifo);
  writer.write(fifo, 'somebody\n');
  writer.flush();
  reader.readSome(100);
  assert.deepEqual(reader.lines, ['somebody']);
  writer.close();
});

test('a fifo whose reader has stopped does not hold up the rules for ever', (t) => {
  const folder = tempDir(t);
  const fifo = makeFifo(path.join(folder, 'fifo'));
  const logs = new LogList();
  const writer = new FileWriter(logs.log);
  const reader = FifoReader.forTest(t, fifo);
  reader.pause();
  const moreThanFits = 'x'.repeat(1_000_000);
  for (let round = 0; round < 20; round++) {
    writer.write(fifo, moreThanFits);
    writer.write(path.join(folder, 'file'), 'line\n');
    writer.flush();
  }
  assert.equal(readFileSync(path.join(folder, 'file'), 'latin1'), 'line\n'.repeat(20));
  // After the first time it is not waited for any more.
  assert.deepEqual(
    logs.records.map(({ code }) => code),
    ['WRITE_FAILED'],
  );
  reader.readSome(65_536);
  writer.write(fifo, 'it reads again\n');
  writer.close();
  reader.readSome(100);
  assert.equal(logs.of('WRITE_WORKS').length, 1);
});
