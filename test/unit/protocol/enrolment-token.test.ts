import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  decodeEnrolment,
  type Enrolment,
  encodeEnrolment,
} from '../../../protocol/enrolment-token.ts';

const ng: Enrolment = {
  protocol: 'nsca-ng',
  host: 'nagios.example.com',
  port: 5668,
  identity: 'web01.example.com',
  secret: 'x'.repeat(43),
};
const nrdp: Enrolment = {
  protocol: 'nrdp',
  url: 'https://nagios.example.com:8443/nrdp/',
  identity: 'web01',
  secret: 'secret',
  caFingerprint: '0f'.repeat(32),
};

/** A token with a good checksum, whatever it holds. */
function tokenOf(value: unknown): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `nagtail1.${body}.${createHash('sha256').update(body).digest('base64url').slice(0, 8)}`;
}

function messageOf(token: string): string {
  const reading = decodeEnrolment(token);
  assert.ok(!reading.ok, 'it was read');
  return reading.message;
}

test('what is encoded is decoded, also when it was wrapped on the way', () => {
  for (const enrolment of [ng, nrdp]) {
    const token = encodeEnrolment(enrolment);
    assert.deepEqual(decodeEnrolment(token), { ok: true, enrolment });
    const wrapped = ` ${token.replace(/.{60}/g, '$&\r\n')}\n`;
    assert.deepEqual(decodeEnrolment(wrapped), { ok: true, enrolment });
  }
});

test('a token that lacks a character, or has another, is known as damaged', () => {
  const token = encodeEnrolment(ng);
  assert.match(messageOf(token.slice(0, -1)), /damaged/);
  assert.match(messageOf(token.slice(0, 40) + token.slice(41)), /damaged/);
  assert.match(messageOf(`${token.slice(0, 20)}A${token.slice(21)}`), /damaged/);
  assert.match(messageOf(''), /no token/);
  assert.match(messageOf('hello'), /no token/);
  assert.match(messageOf(`nagtail1.${'x'.repeat(5_000)}`), /no token/);
});

test('nothing in a token can become a line of its own in a configuration', () => {
  const bad: readonly unknown[] = [
    null,
    [],
    {},
    { ...ng, protocol: 'nsca' },
    { ...ng, identity: 'a\n[receiver.x]' },
    { ...ng, identity: 'a;b' },
    { ...nrdp, url: 'https://x/#y' },
    { ...ng, host: 'a\nport = 1' },
    { ...ng, host: 'a;b' },
    { ...ng, port: 0 },
    { ...ng, port: '5668' },
    { ...ng, secret: 'a\nb' },
    { ...ng, secret: '' },
    { ...nrdp, url: 'http://plain.example.com/' },
    { ...nrdp, url: 'https://x/\ntoken = y' },
    { ...nrdp, caFingerprint: 'x' },
  ];
  for (const value of bad) assert.match(messageOf(tokenOf(value)), /another version/);
});
