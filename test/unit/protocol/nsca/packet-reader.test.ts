import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NscaMethod } from '../../../../protocol/nsca/nsca-method.ts';
import {
  encodeNscaPacket,
  type NscaPacket,
  type NscaPacketSize,
} from '../../../../protocol/nsca/nsca-packet.ts';
import { createKeyedCipher, createPacketCipher } from '../../../../protocol/nsca/packet-cipher.ts';
import { type PacketEvent, PacketReader } from '../../../../protocol/nsca/packet-reader.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { filler, fixtureIv } from './nsca-fixtures.ts';

const password = Buffer.from('secret');
const methods: readonly NscaMethod[] = [0, 1, 2, 3, 14];

/** A packet of a mixed stream: its size, and whether it is damaged on its way. */
interface Sent {
  readonly size: NscaPacketSize;
  readonly damaged?: boolean;
}

function packetNumber(number: number): NscaPacket {
  return { timestamp: number, returnCode: 0, host: 'h', service: `s${number}`, output: 'fine' };
}

/** The ciphertext of packets; the damaged ones have one wrong byte amid their output. */
function stream(method: NscaMethod, sent: readonly Sent[]): Buffer {
  const cipher = createPacketCipher(method, password, fixtureIv);
  const packets = sent.map(({ size, damaged }, number) => {
    const { bytes } = encodeNscaPacket(packetNumber(number), { size, filler: filler(size) });
    const encrypted = Buffer.from(cipher.encrypt(bytes));
    if (damaged) encrypted[400] = (encrypted[400] ?? 0) ^ 1;
    return encrypted;
  });
  return Buffer.concat(packets);
}

/** What is looked at of an event. */
type Seen =
  | { readonly kind: 'packet'; readonly packet: NscaPacket; readonly size: number }
  | Extract<PacketEvent, { kind: 'refused' }>;

function seen(events: readonly PacketEvent[]): Seen[] {
  return events.map((event) =>
    event.kind === 'packet' ? { kind: 'packet', packet: event.packet, size: event.size } : event,
  );
}

function expected(sent: readonly Sent[]): Seen[] {
  return sent.map(({ size, damaged }, number) =>
    damaged
      ? { kind: 'refused', reason: 'crc', bytes: size }
      : { kind: 'packet', packet: packetNumber(number), size },
  );
}

/** Feeds bytes in chunks of the lengths that `nextLength` gives. */
function read(method: NscaMethod, bytes: Buffer, nextLength: () => number): Seen[] {
  const reader = new PacketReader([createKeyedCipher(method, password)], fixtureIv);
  const events: PacketEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = nextLength();
    events.push(...reader.push(bytes.subarray(at, at + length)));
    at += length;
  }
  return seen([...events, ...reader.end()]);
}

const whole = () => 1_000_000;
const byByte = () => 1;

const old = { size: 720 } as const;
const recent = { size: 4304 } as const;
const badOld = { size: 720, damaged: true } as const;
const badRecent = { size: 4304, damaged: true } as const;

describe('mixtures of old and new packets, whole and byte by byte', () => {
  const table: readonly (readonly [string, readonly Sent[]])[] = [
    ['one new', [recent]],
    ['one old', [old]],
    ['three old', [old, old, old]],
    ['seven old, longer than a new one', [old, old, old, old, old, old, old]],
    ['new, then old', [recent, old]],
    ['old, then new', [old, recent]],
    ['all sorts', [old, recent, recent, old, old, recent]],
    ['a bad new one amid good ones', [recent, badRecent, recent]],
    ['a bad new one first', [badRecent, recent, old]],
    ['a bad old one amid many', [old, badOld, old, old, old, old, old, old]],
    ['two bad old ones amid many', [old, badOld, badOld, old, old, old, old, old]],
    ['a bad old one, shortly before the end', [old, badOld, old]],
    ['only bad old ones', [badOld, badOld]],
    ['a bad old one last', [recent, old, badOld]],
  ];
  for (const [name, sent] of table) {
    test(name, () => {
      for (const method of methods) {
        const bytes = stream(method, sent);
        assert.deepEqual(read(method, bytes, whole), expected(sent), `method ${method}, whole`);
      }
      for (const method of [1, 14] as const) {
        const bytes = stream(method, sent);
        assert.deepEqual(read(method, bytes, byByte), expected(sent), `method ${method}, bytes`);
      }
    });
  }
});

test('RC2 is read too', () => {
  assert.deepEqual(read(11, stream(11, [old, recent]), whole), expected([old, recent]));
});

test('an incomplete packet at the end is one refusal that says how much there was', () => {
  const bytes = stream(14, [recent, recent]);
  for (const left of [1, 719, 721, 4303]) {
    const events = read(14, bytes.subarray(0, 4304 + left), byByte);
    assert.deepEqual(events, [
      ...expected([recent]),
      { kind: 'refused', reason: 'length', bytes: left },
    ]);
  }
  assert.deepEqual(read(14, Buffer.alloc(0), whole), []);
});

test('a wrong password shows as a wrong version', () => {
  const reader = new PacketReader([createKeyedCipher(14, Buffer.from('wrong'))], fixtureIv);
  assert.deepEqual(reader.push(stream(14, [recent])), [
    { kind: 'refused', reason: 'version', bytes: 4304 },
  ]);
});

describe('a chunk may be reused by its owner after it was pushed', () => {
  for (const method of methods) {
    test(`method ${method}`, () => {
      const bytes = stream(method, [recent]);
      const reader = new PacketReader([createKeyedCipher(method, password)], fixtureIv);
      const chunk = Buffer.from(bytes.subarray(0, 1000));
      reader.push(chunk);
      chunk.fill(0);
      assert.deepEqual(seen(reader.push(bytes.subarray(1000))), expected([recent]));
    });
  }
});

test('random packets in random chunks', (t) => {
  const { below: random, seed } = seededRandom(t);
  for (let round = 0; round < 60; round++) {
    const method = methods[random(methods.length)] ?? 0;
    const sent = Array.from({ length: 1 + random(5) }, () => (random(2) === 0 ? old : recent));
    const most = 1 + random(6000);
    const events = read(method, stream(method, sent), () => 1 + random(most));
    assert.deepEqual(events, expected(sent), `round ${round}; replay with SEED=${seed}`);
  }
});

test('random bytes give refusals that account for every byte, in any chunks', (t) => {
  const { below: random, seed } = seededRandom(t);
  for (let round = 0; round < 60; round++) {
    const bytes = Buffer.from(Array.from({ length: random(12_000) }, () => random(256)));
    const message = `round ${round}; replay with SEED=${seed}`;
    const events = read(14, bytes, whole);
    assert.deepEqual(
      read(14, bytes, () => 1 + random(3000)),
      events,
      message,
    );
    const refused = events.map((event) => (event.kind === 'refused' ? event.bytes : 0));
    assert.equal(
      refused.reduce((sum, length) => sum + length, 0),
      bytes.length,
      message,
    );
  }
});

test('the first good packet settles which of several keys a client has', () => {
  const keys = [
    createKeyedCipher(14, password),
    createKeyedCipher(3, password),
    createKeyedCipher(1, password),
    createKeyedCipher(14, Buffer.from('old')),
    // Their packets begin with the same two bytes: the version tells nothing.
    createKeyedCipher(1, Buffer.from('secret too')),
  ] as const;
  const sent = [recent, old, recent];
  for (const [number, key] of keys.entries()) {
    const reader = new PacketReader(keys, fixtureIv);
    let register: Uint8Array = fixtureIv;
    const packets = sent.map(({ size }, n) => {
      const { bytes } = encodeNscaPacket(packetNumber(n), { size, filler: filler(size) });
      const encrypted = key.encrypt(register, bytes);
      register = key.nextRegister(register, encrypted);
      return encrypted;
    });
    const bytes = Buffer.concat(packets);
    const events = [...reader.push(bytes.subarray(0, 800)), ...reader.push(bytes.subarray(800))];
    assert.deepEqual(seen(events), expected(sent), `key ${number}`);
    assert.equal(reader.key, key);
  }
});

test('the first packet is kept when no key fits, and only then', () => {
  const foreign = stream(3, [recent]);
  const reader = new PacketReader([createKeyedCipher(14, password)], fixtureIv);
  reader.push(foreign);
  assert.deepEqual(Buffer.from(reader.refusedFirst ?? []), foreign);
  const good = new PacketReader([createKeyedCipher(3, password)], fixtureIv);
  good.push(Buffer.concat([foreign, foreign]));
  assert.equal(good.refusedFirst, undefined);
});

test('a packet is known by the end of its ciphertext', () => {
  const bytes = stream(14, [recent, old]);
  const reader = new PacketReader([createKeyedCipher(14, password)], fixtureIv);
  const prints = reader.push(bytes).map((event) => event.kind === 'packet' && event.fingerprint);
  assert.deepEqual(prints, [
    bytes.toString('latin1', 4296, 4304),
    bytes.toString('latin1', 5016, 5024),
  ]);
});

test('another reader with the same keys can go on at any chunk', () => {
  const keys = [createKeyedCipher(3, password), createKeyedCipher(14, password)] as const;
  const sent = [recent, old, badRecent, old, recent];
  const bytes = stream(14, sent);
  for (const step of [500, 1000, 4304, 9000]) {
    let reader = new PacketReader(keys, fixtureIv);
    const events: PacketEvent[] = [];
    for (let at = 0; at < bytes.length; at += step) {
      const state = structuredClone(reader.state);
      reader = new PacketReader(keys, fixtureIv);
      reader.resume(state);
      events.push(...reader.push(bytes.subarray(at, at + step)));
    }
    assert.deepEqual(seen([...events, ...reader.end()]), expected(sent), `chunks of ${step}`);
  }
});

describe('a cipher that serves several connections', () => {
  test('two passwords of one method, of which a client has the second', () => {
    for (const method of methods.filter((one) => one !== 0)) {
      const keys = [
        createKeyedCipher(method, Buffer.from('another')),
        createKeyedCipher(method, password),
      ] as const;
      const sent = [{ size: 4304 }, { size: 4304 }, { size: 720 }] as const;
      const bytes = stream(method, sent);
      for (const length of [300, 720, 1_000, 4_304, bytes.length]) {
        const reader = new PacketReader(keys, fixtureIv);
        const events: PacketEvent[] = [];
        for (let at = 0; at < bytes.length; at += length) {
          events.push(...reader.push(bytes.subarray(at, at + length)));
        }
        assert.deepEqual(seen(events), expected(sent), `method ${method}, chunks of ${length}`);
      }
    }
  });

  for (const method of methods) {
    test(`method ${method}: what waits for its rest is not disturbed by others`, () => {
      const key = createKeyedCipher(method, password);
      const bytes = stream(method, [{ size: 4304 }, { size: 720 }, { size: 4304 }]);
      const others = stream(method, [{ size: 720 }, { size: 4304 }]);
      const events: PacketEvent[] = [];
      const reader = new PacketReader([key], fixtureIv);
      for (let at = 0; at < bytes.length; at += 500) {
        events.push(...reader.push(bytes.subarray(at, at + 500)));
        const other = new PacketReader([key], fixtureIv);
        assert.equal(other.push(others).length, 2);
      }
      assert.deepEqual(seen(events), expected([{ size: 4304 }, { size: 720 }, { size: 4304 }]));
    });
  }
});

test('with keys of different kinds, a first packet that none reads does not disturb what follows', () => {
  const keys = [createKeyedCipher(14, password), createKeyedCipher(1, password)] as const;
  const reader = new PacketReader(keys, fixtureIv);
  const events = reader.push(Buffer.alloc(10_000, 'junk'));
  assert.deepEqual(events, [
    { kind: 'refused', reason: 'version', bytes: 4304 },
    { kind: 'refused', reason: 'version', bytes: 4304 },
  ]);
});
