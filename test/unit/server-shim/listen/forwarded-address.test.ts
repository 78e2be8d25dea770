import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressList } from '../../../../server-shim/listen/address-list.ts';
import { forwardedAddress } from '../../../../server-shim/listen/forwarded-address.ts';

const proxies = new AddressList();
proxies.add('10.0.0.0/8');
proxies.add('2001:db8::/32');

const cases: readonly (readonly [string | undefined, string | undefined, string])[] = [
  ['192.0.2.1', undefined, '192.0.2.1'],
  ['192.0.2.1', '203.0.113.9', '192.0.2.1'],
  ['::ffff:192.0.2.1', undefined, '192.0.2.1'],
  ['10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['10.0.0.1', 'forged, 203.0.113.9', '203.0.113.9'],
  ['10.0.0.1', '198.51.100.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['2001:db8::1', '[2001:db9::7]:443', '2001:db9::7'],
  ['2001:db8::1', '2001:db9::7', '2001:db9::7'],
  // What is no address is not believed: the proxy itself is who we know.
  ['10.0.0.1', 'unknown', '10.0.0.1'],
  ['10.0.0.1', '203.0.113.9, junk', '10.0.0.1'],
  ['10.0.0.1', '', '10.0.0.1'],
  ['10.0.0.1', undefined, '10.0.0.1'],
  ['10.0.0.1', '10.0.0.2', '10.0.0.2'],
  [undefined, '203.0.113.9', 'unknown'],
];
for (const [socket, header, expected] of cases) {
  test(`${socket} with ${JSON.stringify(header)} is ${expected}`, () => {
    assert.equal(forwardedAddress(socket, header, proxies), expected);
    if (socket !== undefined) {
      assert.equal(forwardedAddress(socket, header, undefined), socket.replace('::ffff:', ''));
    }
  });
}
