import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalEntry } from '../../../../server-shim/journal/result-journal.ts';
import {
  type LineChunk,
  type LongResult,
  lineChunks,
} from '../../../../server-shim/sink/line-chunks.ts';

function entry(sequence: number, output: string): JournalEntry {
  return { sequence, result: { host: 'h', service: 's', returnCode: 0, output, time: sequence } };
}

function lengthOf(chunk: LineChunk | LongResult): number {
  return chunk.kind === 'lines' ? chunk.bytes.length : chunk.line.length;
}

test('nothing gives no chunk', () => assert.deepEqual([...lineChunks([])], []));

test('chunks hold whole lines, at most 4096 bytes, and all of them in order', () => {
  const entries = Array.from({ length: 300 }, (_, i) => entry(i + 1, 'x'.repeat((i * 37) % 500)));
  const chunks = [...lineChunks(entries)];
  let results = 0;
  for (const chunk of chunks) {
    assert.equal(chunk.kind, 'lines');
    const lines = chunk.bytes.toString('latin1').split('\n').slice(0, -1);
    assert(chunk.bytes.length <= 4096);
    assert.equal(chunk.bytes.at(-1), 10);
    assert.equal(lines.length, chunk.results);
    results += chunk.results;
    assert.equal(chunk.throughSequence, results);
  }
  assert.equal(results, 300);
});

test('a result with a longer line comes alone', () => {
  const chunks = [...lineChunks([entry(1, 'a'), entry(2, 'b'.repeat(9000)), entry(3, 'c')])];
  assert.deepEqual(
    chunks.map((chunk) => [chunk.kind, chunk.throughSequence]),
    [
      ['lines', 1],
      ['long', 2],
      ['lines', 3],
    ],
  );
});

test('a chunk may be filled to the last byte', () => {
  const line = (output: string) => `[1] PROCESS_SERVICE_CHECK_RESULT;h;s;0;${output}\n`.length;
  const fits = [...lineChunks([entry(1, 'a'), entry(2, 'b'.repeat(4096 - line('a') - line('')))])];
  assert.deepEqual(fits.map(lengthOf), [4096]);
  const over = [...lineChunks([entry(1, 'a'), entry(2, 'b'.repeat(4097 - line('a') - line('')))])];
  assert.equal(over.length, 2);
});
