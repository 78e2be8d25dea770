import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputBytesMax } from '../../../../protocol/batch/batch-limits.ts';
import {
  decodeClientFrame,
  encodeHello,
  encodePing,
  encodeResults,
} from '../../../../protocol/batch/client-frames.ts';
import { FrameReader } from '../../../../protocol/batch/frame-reader.ts';
import { rowChecksum } from '../../../../protocol/batch/result-row.ts';
import { decodeServerFrame, encodeServerFrame } from '../../../../protocol/batch/server-frames.ts';
import { nameBytesMax } from '../../../../protocol/check-result.ts';
import { numberedResults } from '../../../support/list-stream.ts';
import { roundsOfRun, type SeededRandom, seededRandom } from '../../../support/seeded-random.ts';

const ofClients = Buffer.concat([
  encodeHello({ stream: 'a.b-c_9', highestSeq: 2 ** 40 + 7 }),
  encodePing(),
  ...[...encodeResults(numberedResults(5))].map(({ bytes }) => bytes),
  ...[...encodeResults(numberedResults(1, 2 ** 40))].map(({ bytes }) => bytes),
]);

const ofServers = Buffer.concat(
  [
    { kind: 'welcome', lastSeq: 2 ** 33, lastChecksum: 7, window: 5_000, idleSeconds: 60 } as const,
    { kind: 'hold' } as const,
    { kind: 'acknowledgement', through: 9, refused: [{ seq: 8, reason: 'no' }] } as const,
    { kind: 'pong' } as const,
    { kind: 'end', cause: 'unavailable', reason: 'the disk is full' } as const,
  ].map(encodeServerFrame),
);

/** Flips, writes over, leaves out and repeats some bytes. */
function damaged(good: Buffer, random: SeededRandom): Buffer {
  let bytes = Buffer.from(good);
  for (let damage = random.below(8); damage >= 0; damage--) {
    const at = random.below(bytes.length);
    const kind = random.below(6);
    if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes]);
    else if (kind === 2) bytes[at] = random.pick([0, 1, 2, 0x7f, 0x80, 0xff]);
    else bytes[at] = random.below(256);
    if (bytes.length === 0) return Buffer.from([0]);
  }
  return bytes;
}

/** All that comes out of bytes in chunks; nothing may come behind a fault. */
function read<Frame extends { readonly kind: string }>(
  decode: (type: number, body: Uint8Array) => Frame,
  bytes: Uint8Array,
  nextLength: () => number,
) {
  const reader = new FrameReader(decode);
  const events = [];
  for (let at = 0; at < bytes.length; ) {
    const length = nextLength();
    events.push(...reader.push(bytes.subarray(at, at + length)));
    at += length;
  }
  events.push(...reader.end());
  const fault = events.findIndex(({ kind }) => kind === 'fault');
  assert.ok(fault === -1 || fault === events.length - 1);
  return events;
}

test('damaged bytes give frames or one fault, in whatever chunks, and only rows that can be', (t) => {
  const random = seededRandom(t);
  const rounds = roundsOfRun(5_000);
  let rows = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = damaged(round % 2 === 0 ? ofClients : ofServers, random);
    const longest = 1 + random.below(60);
    const length = () => 1 + random.below(longest);
    const whole = () => bytes.length;
    const frames = read(decodeClientFrame, bytes, whole);
    assert.deepEqual(read(decodeClientFrame, bytes, length), frames);
    assert.deepEqual(read(decodeServerFrame, bytes, length), read(decodeServerFrame, bytes, whole));
    for (const frame of frames) {
      if (frame.kind !== 'results') continue;
      let last = 0;
      for (const row of frame.rows) {
        rows++;
        assert.ok(Number.isSafeInteger(row.seq) && row.seq > last);
        last = row.seq;
        assert.equal(row.checksum, rowChecksum(row));
        const { host, service, output, time } = row.result;
        assert.ok(host.length <= nameBytesMax && (service ?? '').length <= nameBytesMax);
        assert.ok(output.length <= outputBytesMax && Number.isSafeInteger(time));
      }
    }
  }
  assert.ok(rows > rounds / 5, `only ${rows} rows were read`);
});
