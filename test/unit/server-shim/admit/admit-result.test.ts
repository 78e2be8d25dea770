import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { byteStringOf } from '../../../../protocol/byte-string.ts';
import { admitResult } from '../../../../server-shim/admit/admit-result.ts';

const report = { host: 'web01', service: 'disk', returnCode: 2, output: 'full' };
const time = 1_700_000_000;

function outputOf(output: string): string {
  const admission = admitResult({ ...report, output }, time);
  assert(admission.kind === 'accepted');
  return admission.result.output;
}

test('a good result gets the time of its receipt', () => {
  assert.deepEqual(admitResult(report, time), { kind: 'accepted', result: { ...report, time } });
});

test('a host check and odd return codes pass', () => {
  for (const returnCode of [-1, 0, 4, 300, -32768, 32767]) {
    const admission = admitResult({ ...report, service: null, returnCode }, time);
    assert(admission.kind === 'accepted');
    assert.equal(admission.result.service, null);
    assert.equal(admission.result.returnCode, returnCode);
  }
});

describe('names that Nagios could not be told', () => {
  for (const bad of ['a;b', ';', 'a\nb', 'a\n', '\r', 'a\tb', 'a\0b', '\x1b[31m', 'a\x7f']) {
    test(JSON.stringify(bad), () => {
      for (const names of [{ host: bad }, { service: bad }]) {
        const admission = admitResult({ ...report, ...names }, time);
        assert(admission.kind === 'refused');
        assert.equal(admission.code, 'NAME_INVALID');
        // What a hostile name holds must not reach the log as it is (DEL is the log's own affair).
        assert.doesNotMatch(admission.message, /[\x00-\x1f]/);
      }
    });
  }
  test('an empty host', () => {
    assert.equal(admitResult({ ...report, host: '' }, time).kind, 'refused');
  });
});

test('names with blanks and bytes above 127 pass', () => {
  const name = byteStringOf('Größe der Platte C:\\ (100%)');
  assert.equal(admitResult({ ...report, host: name, service: name }, time).kind, 'accepted');
});

test('output keeps text, tabs, newlines, semicolons, backslashes and UTF-8', () => {
  const kept = byteStringOf('l1\tx|p=1;2;3\nl2 \\n "q" $x$ <b> ü €\n\nl4');
  assert.equal(outputOf(kept), kept);
});

test('other control characters become blanks; a carriage return before a line end goes', () => {
  const table: Readonly<Record<string, string>> = {
    'a\r\nb\r\n': 'a\nb\n',
    'a\r': 'a',
    'a\r\r\nb': 'a\nb',
    'a\rb': 'a b',
    '\x1b[31mred\x1b[0m': ' [31mred [0m',
    'a\0b\x07c\x7fd': 'a b c d',
    '\x0b\x0c': '  ',
  };
  for (const [output, cleaned] of Object.entries(table)) assert.equal(outputOf(output), cleaned);
});
