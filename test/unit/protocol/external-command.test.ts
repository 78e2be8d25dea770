import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteStringOf } from '../../../protocol/byte-string.ts';
import { externalCommandLine } from '../../../protocol/external-command.ts';

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
