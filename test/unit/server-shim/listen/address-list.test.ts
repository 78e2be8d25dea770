import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressList, plainAddress } from '../../../../server-shim/listen/address-list.ts';

const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['192.0.2.7', ['192.0.2.7'], ['192.0.2.8', '::1', '2001:db8::7']],
  ['192.0.2.0/24', ['192.0.2.0', '192.0.2.255'], ['192.0.3.0', '192.0.1.255']],
  ['192.0.2.77/24', ['192.0.2.0'], ['192.0.3.77']],
  ['0.0.0.0/0', ['1.2.3.4', '255.255.255.255'], ['::1']],
  ['2001:db8::/32', ['2001:db8::1', '2001:db8:ffff::'], ['2001:db9::', '192.0.2.1']],
  ['::/0', ['::1', 'fe80::1'], []],
];

for (const [range, inside, outside] of table) {
  test(`${range} holds ${inside.join(', ')}`, () => {
    const list = new AddressList();
    assert.equal(list.add(range), undefined);
    for (const address of inside) assert(list.has(address), address);
    for (const address of outside) assert(!list.has(address), address);
    assert(!list.has('unknown'));
  });
}

test('what is no range is refused with what was expected', () => {
  const list = new AddressList();
  for (const text of [
    '',
    'web01',
    '192.0.2',
    '192.0.2.1/',
    '192.0.2.1/x',
    '1.2.3.4/5/6',
    '::1/129',
  ]) {
    assert.match(list.add(text) ?? '', new RegExp(`, found '${text}'$`));
  }
});

test('an IPv4 address is one, whichever way it came', () => {
  assert.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(plainAddress('fe80::1%eth0'), 'fe80::1');
  assert.equal(plainAddress('2001:db8::1'), '2001:db8::1');
  assert.equal(plainAddress(undefined), 'unknown');
});
