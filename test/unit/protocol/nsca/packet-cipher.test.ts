import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { blockCiphers } from '../../../../protocol/nsca/block-ciphers.ts';
import { cfb8Cipher } from '../../../../protocol/nsca/cfb8-cipher.ts';
import type { NscaMethod } from '../../../../protocol/nsca/nsca-method.ts';
import { supportedNscaMethods } from '../../../../protocol/nsca/nsca-method.ts';
import { opensslCfb8Cipher } from '../../../../protocol/nsca/openssl-cfb8-cipher.ts';
import { createKeyedCipher, createPacketCipher } from '../../../../protocol/nsca/packet-cipher.ts';
import {
  blockVectors,
  cipherVectors,
  fixtureIv,
  packetBytes,
  passwordBytes,
  sequenceVectors,
  sha256,
} from './nsca-fixtures.ts';

test('blocks are encrypted as libmcrypt does it, wherever they stand', () => {
  let checked = 0;
  for (const { method, key, plain, cipher } of blockVectors) {
    if (!isOurs(method)) continue;
    const block = blockCiphers[method](Buffer.from(key, 'hex'));
    const source = Buffer.from(`ffffff${plain}ff`, 'hex');
    const target = new Uint8Array(block.blockBytes);
    block.encryptBlock(source, 3, target);
    assert.equal(Buffer.from(target).toString('hex'), cipher, `method ${method}`);
    checked++;
  }
  assert.equal(checked, 12 * 9);
});

/** True for the methods whose block cipher is not node:crypto's. */
function isOurs(method: NscaMethod): method is keyof typeof blockCiphers {
  return Object.hasOwn(blockCiphers, method);
}

test('the first packet of a connection is encrypted as NSCA does it, and decrypted again', () => {
  assert.equal(cipherVectors.length, 17 * 36);
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
  assert.equal(sequenceVectors.length, 17 * 6);
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
  for (const method of supportedNscaMethods) {
    const cipher = createKeyedCipher(method, passwordBytes('short'));
    const encrypted = cipher.encrypt(fixtureIv, plain);
    for (const from of [0, 1, 7, 8, 15, 16, 17, 200, 719, 720]) {
      const decrypted = Buffer.from(cipher.decrypt(fixtureIv, encrypted, from));
      assert.deepEqual(decrypted, plain.subarray(from), `method ${method} from ${from}`);
    }
  }
});

test('neither plain text nor ciphertext of the caller is changed', () => {
  for (const method of supportedNscaMethods) {
    const plain = packetBytes('svc720');
    const cipher = createKeyedCipher(method, passwordBytes('short'));
    const encrypted = Buffer.from(cipher.encrypt(fixtureIv, plain));
    const before = sha256(encrypted);
    cipher.decrypt(fixtureIv, encrypted);
    assert.equal(sha256(encrypted), before);
    assert.deepEqual(plain, packetBytes('svc720'));
  }
});

test('packets of many sizes come back, and are the same by our CFB as by OpenSSL', () => {
  const key = Buffer.alloc(32, 'a key of AES');
  const aes = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const block = {
    blockBytes: 16,
    encryptBlock(source: Uint8Array, start: number, target: Uint8Array) {
      target.set(aes.update(source.subarray(start, start + 16)));
    },
  };
  const ours = cfb8Cipher(block);
  const theirs = opensslCfb8Cipher('aes-256', key);
  for (const length of [0, 1, 2, 15, 16, 17, 719, 720, 4304]) {
    const plain = Buffer.from(Array.from({ length }, (_, i) => (i * i) & 255));
    const encrypted = ours.encrypt(fixtureIv, plain);
    assert.deepEqual(Buffer.from(theirs.encrypt(fixtureIv, plain)), Buffer.from(encrypted));
    assert.deepEqual(Buffer.from(theirs.decrypt(fixtureIv, encrypted)), plain);
    assert.deepEqual(Buffer.from(ours.decrypt(fixtureIv, encrypted)), plain);
  }
});
