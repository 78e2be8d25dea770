import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteStringOf, textOf } from '../../../protocol/byte-string.ts';
import { boundedCommandLine, externalCommandLine } from '../../../protocol/external-command.ts';

const result = { host: 'web01', service: 'disk', returnCode: 2, output: 'full', time: 1700000000 };

test('a service result and a host result', () => {
  assert.equal(
    externalCommandLine(result),
    '[1700000000] PROCESS_SERVICE_CHECK_RESULT;web01;disk;2;full\n',
  );
  assert.equal(
    externalCommandLine({ ...result, service: null }),
    '[1700000000] PROCESS_HOST_CHECK_RESULT;web01;2;full\n',
  );
});

test('output is escaped as the real nsca does it', () => {
  const table: Readonly<Record<string, string>> = {
    'l1\nl2 \\ back; semi|p=1': 'l1\\nl2 \\\\ back; semi|p=1',
    'a\\nb': 'a\\\\nb',
    '\n\n': '\\n\\n',
    '': '',
    'tab\there': 'tab\there',
    [byteStringOf('Straße')]: 'Stra\xc3\x9fe',
  };
  for (const [output, escaped] of Object.entries(table)) {
    const expected = `[1700000000] PROCESS_SERVICE_CHECK_RESULT;web01;disk;2;${escaped}\n`;
    assert.equal(externalCommandLine({ ...result, output }), expected);
  }
});

test('odd return codes pass as they are', () => {
  assert.match(externalCommandLine({ ...result, returnCode: -1 }), /;disk;-1;full\n$/);
  assert.match(externalCommandLine({ ...result, returnCode: 300 }), /;disk;300;full\n$/);
});

test('a name that would break out of its field is never written', () => {
  for (const bad of ['a;b', 'a\nb', 'a\rb', 'a\0b']) {
    assert.throws(() => externalCommandLine({ ...result, host: bad }), RangeError);
    assert.throws(() => externalCommandLine({ ...result, service: bad }), RangeError);
    assert.throws(() => externalCommandLine({ ...result, host: bad, service: null }), RangeError);
  }
});

test('a line that fits its limit is left alone', () => {
  const long = { host: 'h', service: 's', returnCode: 0, output: 'a\nb\\', time: 1 };
  const line = externalCommandLine(long);
  assert.deepEqual(boundedCommandLine(long, line.length), { line, cut: false });
});

test('a longer one is cut between characters and between escapes, at every length', () => {
  const output = 'a\\\nb\u00e4\u20ac\ud83d\ude00'.repeat(20);
  const long = { host: 'h', service: null, returnCode: 0, output: byteStringOf(output), time: 1 };
  const whole = externalCommandLine(long);
  const head = whole.slice(0, whole.indexOf('a'));
  for (let limit = head.length + 4; limit < whole.length; limit++) {
    const { line, cut } = boundedCommandLine(long, limit);
    assert.ok(cut);
    assert.ok(line.length <= limit && line.length > limit - 5, `${line.length} of ${limit}`);
    assert.ok(line.endsWith('...\n'));
    const kept = line.slice(head.length, -4);
    assert.ok(whole.slice(head.length).startsWith(kept));
    const text = textOf(kept).replaceAll('\\n', '\n').replaceAll('\\\\', '\\');
    assert.ok(output.startsWith(text), JSON.stringify(text));
  }
});

test('bytes that are no UTF-8 are cut at the limit, names never', () => {
  const long = {
    host: 'h'.repeat(50),
    service: 's',
    returnCode: 0,
    output: '\xbf'.repeat(99),
    time: 1,
  };
  assert.equal(boundedCommandLine(long, 150).line.length, 150);
  const { line, cut } = boundedCommandLine(long, 20);
  assert.ok(cut);
  assert.equal(line, `[1] PROCESS_SERVICE_CHECK_RESULT;${'h'.repeat(50)};s;0;...\n`);
});
