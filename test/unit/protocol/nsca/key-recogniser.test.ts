import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyRecogniser } from '../../../../protocol/nsca/key-recogniser.ts';
import { supportedNscaMethods } from '../../../../protocol/nsca/nsca-method.ts';
import { createPacketCipher } from '../../../../protocol/nsca/packet-cipher.ts';
import { fixtureIv, packetBytes } from './nsca-fixtures.ts';

const password = Buffer.from('more than 8 bytes');
const known = [Buffer.from('new'), password];

test('every method is recognised, under each password that is known', () => {
  const recogniser = new KeyRecogniser(known);
  for (const method of supportedNscaMethods) {
    for (const name of ['svc720', 'svc4304']) {
      const cipher = createPacketCipher(method, password, fixtureIv);
      const encrypted = cipher.encrypt(packetBytes(name));
      assert.deepEqual(recogniser.recognise(fixtureIv, encrypted), [method], `method ${method}`);
    }
  }
});

test('triple DES under a short password is single DES, and both are named', () => {
  const recogniser = new KeyRecogniser([Buffer.from('secret')]);
  const cipher = createPacketCipher(3, Buffer.from('secret'), fixtureIv);
  assert.deepEqual(recogniser.recognise(fixtureIv, cipher.encrypt(packetBytes('svc720'))), [2, 3]);
});

test('another password, and junk, are not taken for anything', () => {
  const recogniser = new KeyRecogniser(known);
  for (const method of [1, 3, 14] as const) {
    const cipher = createPacketCipher(method, Buffer.from('mistyped'), fixtureIv);
    assert.deepEqual(recogniser.recognise(fixtureIv, cipher.encrypt(packetBytes('svc720'))), []);
  }
  // A right version behind no encryption, and no packet after it.
  const junk = Buffer.concat([Buffer.from([0, 3]), Buffer.alloc(4302, 'junk')]);
  assert.deepEqual(recogniser.recognise(fixtureIv, junk), []);
});
