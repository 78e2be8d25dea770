import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { RecentPackets } from '../../../../server-shim/admit/recent-packets.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const randomPrint = () => randomBytes(8).toString('latin1');

test('a packet is known for at least as long as it should be, and not for ever', () => {
  const recent = new RecentPackets(60, 1000, 1024);
  const packet = randomPrint();
  assert.equal(recent.add(packet, 1000), 'new');
  for (const now of [1000, 1030, 1060, 1061, 1100]) {
    assert.equal(recent.add(packet, now), 'known', `at ${now}`);
  }
  recent.add(randomPrint(), 1130);
  assert.equal(recent.add(packet, 1130), 'new');
});

test('a clock that is set back keeps nothing for ever', () => {
  const recent = new RecentPackets(60, 1000, 1024);
  const packet = randomPrint();
  recent.add(packet, 1000);
  assert.equal(recent.add(packet, 500), 'known');
  recent.add(randomPrint(), 400);
  assert.equal(recent.add(packet, 400), 'new');
});

test('when there are too many the oldest are forgotten, and that is told', () => {
  const recent = new RecentPackets(60, 0, 16);
  const packets = Array.from({ length: 23 }, () => randomPrint());
  const added = packets.map((packet) => recent.add(packet, 0));
  // Tables of 16 places are exchanged at 12: after the 12th and after the 24th packet.
  assert.deepEqual(
    added.map((outcome, n) => [n, outcome]).filter(([, outcome]) => outcome !== 'new'),
    [[12, 'forgot-early']],
  );
  for (const packet of packets) assert.equal(recent.add(packet, 0), 'known');
});

test('random packets are told apart as a Set tells them', (t) => {
  const { below, seed } = seededRandom(t);
  const recent = new RecentPackets(60, 0, 4096);
  const known = new Set<number>();
  for (let n = 0; n < 2500; n++) {
    const number = below(3000);
    const packet = Buffer.alloc(8);
    packet.writeUInt32BE(Math.imul(number, 0x9e3779b9) >>> 0, 0);
    const expected = known.has(number) ? 'known' : 'new';
    assert.equal(
      recent.add(packet.toString('latin1'), 0),
      expected,
      `packet ${n}; replay with SEED=${seed}`,
    );
    known.add(number);
  }
});
