import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName, suggestion } from '../../../platform/nearest-name.ts';

const known = ['host', 'port', 'password', 'password_file', 'timeout'];

const cases: readonly (readonly [string, string | undefined])[] = [
  ['hots', 'host'],
  ['prot', 'port'],
  ['PORT', 'port'],
  ['pasword', 'password'],
  ['passwordfile', 'password_file'],
  ['time_out', 'timeout'],
  ['x', undefined],
  ['encryption', undefined],
  ['', undefined],
];

for (const [mistyped, expected] of cases) {
  test(`'${mistyped}' is nearest to ${expected ?? 'nothing'}`, () => {
    assert.equal(nearestName(mistyped, known), expected);
  });
}

test('the suggestion is the ending of a message', () => {
  assert.equal(suggestion('hots', known), "; did you mean 'host'?");
  assert.equal(suggestion('zzz', known), '');
});
