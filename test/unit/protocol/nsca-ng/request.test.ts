import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequest, type Request } from '../../../../protocol/nsca-ng/request.ts';
import { answerLine, parseResponse } from '../../../../protocol/nsca-ng/response.ts';
import { roundsOfRun, seededRandom } from '../../../support/seeded-random.ts';

const good: readonly (readonly [string, Request])[] = [
  ['MOIN 1 abc+/=12', { kind: 'moin', session: 'abc+/=12' }],
  ['moin 2 ab', { kind: 'moin', session: 'ab' }],
  ['PING 1', { kind: 'ping' }],
  ['PUSH 1', { kind: 'push', bytes: 1 }],
  ['push 16384', { kind: 'push', bytes: 16_384 }],
  ['NOOP', { kind: 'noop' }],
  ['Quit', { kind: 'quit' }],
  ['BAIL so it goes', { kind: 'bail', message: 'so it goes' }],
  ['BAIL', { kind: 'bail', message: '' }],
];

const bad = [
  '',
  ' MOIN 1 ab',
  'MOIN',
  'MOIN 1',
  'MOIN 0 ab',
  'MOIN -1 ab',
  'MOIN one ab',
  'MOIN 1 a',
  `MOIN 1 ${'a'.repeat(65)}`,
  'MOIN 1 a b',
  'MOIN 1  ab',
  'MOIN 1 a\tb',
  'MOIN 1 ab\xe4',
  'PING',
  'PING 1 2',
  'PUSH',
  'PUSH 0',
  'PUSH 007',
  'PUSH +1',
  'PUSH 1.5',
  'PUSH 1 2',
  'PUSH 16385',
  'PUSH 99999999999999999999',
  'GET / HTTP/1.1',
  'CONSTRUCTOR',
  '__proto__',
];

test('requests', () => {
  for (const [line, request] of good) assert.deepEqual(parseRequest(line), request, line);
  for (const line of bad) {
    const request = parseRequest(line);
    assert.equal(request.kind, 'bad', line);
  }
});

test('responses', () => {
  assert.deepEqual(parseResponse('OKAY'), { kind: 'okay' });
  assert.deepEqual(parseResponse('MOIN 1'), { kind: 'moin' });
  assert.deepEqual(parseResponse('PONG 1'), { kind: 'pong' });
  assert.deepEqual(parseResponse("FAIL You're not authorized"), {
    kind: 'fail',
    message: "You're not authorized",
  });
  assert.deepEqual(parseResponse('BAIL Connection timed out'), {
    kind: 'bail',
    message: 'Connection timed out',
  });
  assert.deepEqual(parseResponse('220 mail ESMTP'), { kind: 'other', message: '220 mail ESMTP' });
});

test('an answer is one short line of printable ASCII', () => {
  assert.equal(answerLine('FAIL', 'no'), 'FAIL no\r\n');
  assert.equal(answerLine('BAIL', 'a\r\nOKAY\u2028ü'), 'BAIL a??OKAY??\r\n');
  assert.ok(answerLine('FAIL', 'x'.repeat(5_000)).length <= 1_024);
});

test('random lines give a request or a reason, and never an exception', (t) => {
  const random = seededRandom(t);
  const words = ['MOIN', 'PUSH', 'ping', 'BAIL', ' ', '  ', '1', '0', '-', 'x', '\xff', '\0'];
  for (let run = 0; run < roundsOfRun(20_000); run++) {
    const length = random.below(8);
    let line = '';
    for (let word = 0; word < length; word++) line += words[random.below(words.length)] ?? '';
    const request = parseRequest(line);
    if (request.kind === 'push') assert.ok(request.bytes >= 1 && request.bytes <= 16_384);
    parseResponse(line);
  }
});
