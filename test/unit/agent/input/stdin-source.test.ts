import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StdinSource } from '../../../../agent/input/stdin-source.ts';
import { makeFifo } from '../../../support/fifo.ts';
import { LogList } from '../../../support/log-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { codes, drain } from './follow-fixture.ts';

function sourceOn(t: TestContext, fd: number) {
  const list = new LogList();
  const source = new StdinSource({ log: list.log, fd });
  t.after(() => source.close());
  return { source, records: list.records };
}

test('a file is read from where it stands to its end, once', (t) => {
  const path = join(tempDir(t), 'file');
  writeFileSync(path, 'taken by another\none\ntwo\nunfinished');
  const fd = openSync(path, 'r');
  readSync(fd, Buffer.alloc(17), 0, 17, null);
  const { source } = sourceOn(t, fd);
  assert.equal(source.ended, false);
  source.poll();
  assert.equal(source.next(), 'one');
  assert.equal(source.ended, false);
  assert.deepEqual(drain(source), ['two', 'unfinished']);
  assert.equal(source.ended, true);
  assert.equal(source.poll(), false);
});

test('a pipe is read while it is written, without blocking', (t) => {
  const path = makeFifo(join(tempDir(t), 'pipe'));
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writing = openSync(path, 'w');
  const { source } = sourceOn(t, reading);
  assert.equal(source.poll(), false);
  writeSync(writing, 'one\nha');
  assert.deepEqual(drain(source), ['one']);
  writeSync(writing, 'lf');
  closeSync(writing);
  assert.deepEqual(drain(source), ['half']);
  assert.equal(source.ended, true);
});

test('what cannot be read has ended, and that is told', (t) => {
  const { source, records } = sourceOn(t, openSync(tempDir(t), 'r'));
  source.poll();
  assert.equal(source.ended, true);
  assert.deepEqual(codes(records), ['INPUT_UNREADABLE']);
});

// Node gives its children sockets; a shell gives pipes.
const reader = `
  import { StdinSource } from '${new URL('../../../../agent/input/stdin-source.ts', import.meta.url)}';
  import { logTo } from '${new URL('../../../../platform/log.ts', import.meta.url)}';
  const source = new StdinSource({ log: logTo((record) => console.log(record.message)) });
  const look = () => {
    source.poll();
    for (let line = source.next(); line !== undefined; line = source.next()) console.log(line);
    if (source.ended) console.log('ended');
    else setTimeout(look, 5);
  };
  console.log('polled without waiting:', source.poll());
  look();`;

for (const [kind, command] of [
  ['a socket', [process.execPath]],
  ['a pipe of a shell', ['/bin/sh', '-c', 'cat | "$0" "$@"', process.execPath]],
] as const) {
  test(`standard input that is ${kind}`, async (t) => {
    const [program, ...before] = command;
    const child = spawn(program, [...before, '--input-type=module-typescript', '-e', reader], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => child.kill());
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    await waitFor('the first poll', () => output.includes('polled without waiting: false'));
    child.stdin.write('one\ntw');
    await waitFor('a line', () => output.includes('one\n'));
    child.stdin.end('o\nunfinished');
    await waitFor('the end', () => output.endsWith('two\nunfinished\nended\n'));
  });
}
