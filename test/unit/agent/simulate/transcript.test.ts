import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLine, Transcript, textLine } from '../../../../agent/simulate/transcript.ts';

test('output becomes lines when its newlines come, or something else happens', () => {
  const transcript = new Transcript();
  transcript.addOutput(0, 'a');
  transcript.addOutput(0, 'b\nc\nd');
  transcript.add({ time: 0, kind: 'I', text: 'x' });
  transcript.addOutput(1, 'e');
  transcript.addOutput(2, 'f\n');
  assert.deepEqual(transcript.records.map(textLine), [
    '    +0 > ab',
    '    +0 > c',
    '    +0 > d\\c',
    '    +0 < x',
    '    +1 > e\\c',
    '    +2 > f',
  ]);
});

test('records as text and as JSON', () => {
  const record = { time: -20, kind: 'L', level: 3, text: 'two\nlines \xe9' } as const;
  assert.equal(textLine(record), '   -20 L3 two\n       | lines \xe9');
  assert.equal(jsonLine(record), '{"k":"L","level":"3","s":"two\\nlines \xe9","t":-20}');
  assert.equal(textLine({ time: 5, kind: 'R', text: 'h;s;0;ok' }), '    +5 R h;s;0;ok');
});
