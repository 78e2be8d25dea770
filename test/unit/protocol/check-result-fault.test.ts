import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameBytesMax } from '../../../protocol/check-result.ts';
import { checkResultFault } from '../../../protocol/check-result-fault.ts';

const fault = (host: string, service: string | null) =>
  checkResultFault({ host, service, returnCode: 0, output: '', time: 0 });

for (const [host, service, expected] of [
  ['h', 's', undefined],
  ['h', null, undefined],
  ['h', '', undefined],
  ['', 's', 'the host name is empty'],
  ['h\n', 's', `the host name holds a control character 0x0a: "h\\n"`],
  ['h', 'a;b', `the service description holds a ';': "a;b"`],
  ['x'.repeat(nameBytesMax), 'y'.repeat(nameBytesMax), undefined],
  ['x'.repeat(nameBytesMax + 1), 's', 'the host name is longer than 1024 bytes'],
  ['h', 'y'.repeat(nameBytesMax + 1), 'the service description is longer than 1024 bytes'],
] as const) {
  const shown = `${host.slice(0, 5)};${service?.slice(0, 5)}`;
  test(`${JSON.stringify(shown)}: ${expected ?? 'fine'}`, () => {
    assert.equal(fault(host, service), expected);
  });
}
