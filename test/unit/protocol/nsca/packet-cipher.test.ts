import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeyedCipher, createPacketCipher } from '../../../../protocol/nsca/packet-cipher.ts';
import { rc2Block } from '../../../../protocol/nsca/rc2-block.ts';
import {
  blockVectors,
  cipherVectors,
  fixtureIv,
  packetBytes,
  passwordBytes,
  sequenceVectors,
  sha256,
} from './nsca-fixtures.ts';

test('RC2 blocks are those of libmcrypt', () => {
  assert.equal(blockVectors.length, 9);
  for (const { key, plain, cipher } of blockVectors) {
    const block = rc2Block(Buffer.from(key, 'hex'));
    const padded = Buffer.from(`ffff${plain}`, 'hex');
    assert.equal(Buffer.from(block.encryptBlock(padded, 2)).toString('hex'), cipher);
  }
});

test('the first packet of a connection is encrypted as NSCA does it, and decrypted again', () => {
  assert.equal(cipherVectors.length, 6 * 36);
  for (const vector of cipherVectors) {
    const password = passwordBytes(vector.password);
    const plain = packetBytes(vector.packet);
    const encrypted = createPacketCipher(vector.method, password, fixtureIv).encrypt(plain);
    assert.equal(sha256(encrypted), vector.sha256, `method ${vector.method}, ${vector.password}`);
    const decrypted = createPacketCipher(vector.method, password, fixtureIv).decrypt(encrypted);
    assert.deepEqual(Buffer.from(decrypted), plain);
  }
});

test('later packets go on where the one before ended', () => {
  assert.equal(sequenceVectors.length, 6 * 6);
  for (const vector of sequenceVectors) {
    const password = passwordBytes(vector.password);
    const sender = createPacketCipher(vector.method, password, fixtureIv);
    const receiver = createPacketCipher(vector.method, password, fixtureIv);
    const encrypted = vector.packets.map((name) => sender.encrypt(packetBytes(name)));
    assert.deepEqual(encrypted.map(sha256), vector.per_packet, `method ${vector.method}`);
    const decrypted = encrypted.map((packet) => Buffer.from(receiver.decrypt(packet)));
    assert.deepEqual(decrypted, vector.packets.map(packetBytes));
  }
});

test('a packet can be decrypted on trial, and from any offset', () => {
  const plain = packetBytes('svc720');
  for (const method of [0, 1, 2, 3, 11, 14] as const) {
    const cipher = createKeyedCipher(method, passwordBytes('short'));
    const encrypted = cipher.encrypt(fixtureIv, plain);
    for (const from of [0, 1, 7, 8, 15, 16, 17, 200, 719, 720]) {
      const decrypted = Buffer.from(cipher.decrypt(fixtureIv, encrypted, from));
      assert.deepEqual(decrypted, plain.subarray(from), `method ${method} from ${from}`);
    }
  }
});

test('neither plain text nor ciphertext of the caller is changed', () => {
  for (const method of [0, 1, 2, 3, 11, 14] as const) {
    const plain = packetBytes('svc720');
    const cipher = createKeyedCipher(method, passwordBytes('short'));
    const encrypted = Buffer.from(cipher.encrypt(fixtureIv, plain));
    const before = sha256(encrypted);
    cipher.decrypt(fixtureIv, encrypted);
    assert.equal(sha256(encrypted), before);
    assert.deepEqual(plain, packetBytes('svc720'));
  }
});
