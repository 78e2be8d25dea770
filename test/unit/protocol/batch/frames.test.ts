import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { frameBytesMax } from '../../../../protocol/batch/batch-limits.ts';
import {
  type ClientFrame,
  decodeClientFrame,
  encodeHello,
  encodePing,
  encodeResults,
} from '../../../../protocol/batch/client-frames.ts';
import { type FrameFault, FrameReader } from '../../../../protocol/batch/frame-reader.ts';
import { type ResultRow, rowBytes, rowChecksum } from '../../../../protocol/batch/result-row.ts';
import {
  decodeServerFrame,
  encodeServerFrame,
  type ServerFrame,
} from '../../../../protocol/batch/server-frames.ts';
import { byteStringOf } from '../../../../protocol/byte-string.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { projectFile } from '../../../tidy/project-files.ts';

const umlauts = byteStringOf('Größe ✓');
const rows: readonly ResultRow[] = [
  { seq: 1, result: { host: 'web01', service: 'disk', returnCode: 2, output: 'full', time: 0 } },
  {
    seq: 2,
    result: { host: umlauts, service: null, returnCode: -1, output: '', time: 1_700_000_000 },
  },
  {
    seq: Number.MAX_SAFE_INTEGER,
    result: { host: 'h', service: '', returnCode: 32767, output: 'a\nb\0\xff', time: 2 ** 40 },
  },
];

function read<Frame extends { readonly kind: string }>(
  decode: (type: number, body: Uint8Array) => Frame,
  bytes: Uint8Array,
  nextLength: () => number = () => bytes.length,
): (Frame | FrameFault)[] {
  const reader = new FrameReader(decode);
  const events: (Frame | FrameFault)[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = nextLength();
    events.push(...reader.push(bytes.subarray(at, at + length)));
    at += length;
  }
  return [...events, ...reader.end()];
}

function encodeRows(list: readonly ResultRow[]): Buffer {
  return Buffer.concat([...encodeResults(list)].map(({ bytes }) => bytes));
}

const clientBytes = Buffer.concat([
  encodeHello({ stream: 'a.b-c_9', highestSeq: 2 ** 40 + 7 }),
  encodePing(),
  encodeRows(rows),
  encodePing(),
]);

const clientFrames: readonly ClientFrame[] = [
  { kind: 'hello', stream: 'a.b-c_9', highestSeq: 2 ** 40 + 7 },
  { kind: 'ping' },
  { kind: 'results', rows: rows.map((row) => ({ ...row, checksum: rowChecksum(row) })) },
  { kind: 'ping' },
];

const serverFrames: readonly ServerFrame[] = [
  { kind: 'welcome', lastSeq: 2 ** 33, lastChecksum: 0xffff_fffe, window: 5_000, idleSeconds: 60 },
  { kind: 'hold' },
  { kind: 'acknowledgement', through: 7, refused: [] },
  {
    kind: 'acknowledgement',
    through: 2 ** 45,
    refused: [
      { seq: 8, reason: umlauts },
      { seq: 9, reason: '' },
    ],
  },
  { kind: 'pong' },
  { kind: 'end', cause: 'unavailable', reason: 'the disk is full' },
];

test('what is encoded is decoded', () => {
  assert.deepEqual(read(decodeClientFrame, clientBytes), clientFrames);
  const serverBytes = Buffer.concat(serverFrames.map(encodeServerFrame));
  assert.deepEqual(read(decodeServerFrame, serverBytes), serverFrames);
});

test('any cut into chunks gives the same', (t) => {
  assert.deepEqual(
    read(decodeClientFrame, clientBytes, () => 1),
    clientFrames,
  );
  const random = seededRandom(t);
  for (let run = 0; run < 500; run++) {
    const longest = 1 + random.below(60);
    const events = read(decodeClientFrame, clientBytes, () => 1 + random.below(longest));
    assert.deepEqual(events, clientFrames);
  }
});

test('the layout is the documented one', () => {
  const [row] = rows;
  assert(row);
  const results = encodeRows([row]).toString('latin1');
  const body =
    '\x02\x00\x01' + // results, one of them
    '\x00\x00\x00\x00\x00\x00\x00\x01' + // number
    '\x00\x00\x00\x00\x00\x00\x00\x00' + // time
    '\x00\x02\x01' + // return code, a service check
    '\x00\x05web01\x00\x04disk\x00\x04full';
  assert.equal(results, `\0\0\0${String.fromCharCode(body.length)}${body}`);
  assert.equal(rowBytes(row), body.length - 3);
  assert.equal(rowChecksum(row), 0x6838_8d1c);
});

describe('what is no frame', () => {
  const frame = (...body: number[]) => Buffer.from([0, 0, 0, body.length, ...body]);
  const hello = (name: string) =>
    frame(1, name.length, ...Buffer.from(name), 0, 0, 0, 0, 0, 0, 0, 0);
  const twice = encodeRows(rows.slice(0, 1)).subarray(7);
  const table: readonly (readonly [string, Uint8Array, FrameFault['reason'], RegExp])[] = [
    ['no type', frame(), 'malformed', /without a type/],
    ['too long', Buffer.from([0, 4, 0, 1]), 'too-long', /262145 bytes, more than 262144/],
    ['as long as a text of HTTP', Buffer.from('GET / HTTP/1.0\r\n'), 'too-long', /1195725856/],
    ['a type that there is not', frame(9), 'malformed', /type 9/],
    ['a type of the other side', frame(0x82), 'malformed', /type 130/],
    ['a ping with a body', frame(3, 0), 'malformed', /1 bytes are left/],
    ['a hello without a stream', hello(''), 'malformed', /"" does not name a stream/],
    ['a stream with a slash', hello('../x'), 'malformed', /does not name a stream/],
    ['a stream with a newline', hello('x\n'), 'malformed', /does not name a stream/],
    ['a stream that is too long', hello('x'.repeat(65)), 'malformed', /65 bytes, more than 64/],
    ['a hello that breaks off', frame(1, 1, 120, 0), 'malformed', /amid one of its fields/],
    ['no results', frame(2, 0, 0), 'malformed', /0 results/],
    ['too many results', frame(2, 3, 0xe9), 'malformed', /1001 results/],
    ['results that are not there', frame(2, 0, 1), 'malformed', /amid one of its fields/],
    [
      'the same number twice',
      frame(2, 0, 2, ...twice, ...twice),
      'malformed',
      /result 1 behind result 1/,
    ],
    ['the number 0', frame(2, 0, 1, ...Buffer.alloc(25)), 'malformed', /result 0 behind/],
    [
      'a number above 2^53',
      frame(2, 0, 1, 0x20, ...Buffer.alloc(24)),
      'malformed',
      /above 2\^53 - 1/,
    ],
    [
      'a check of another kind',
      frame(2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, ...Buffer.alloc(10), 7, ...Buffer.alloc(6)),
      'malformed',
      /kind 7/,
    ],
    [
      'a host check with a service',
      frame(2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, ...Buffer.alloc(13), 0, 1, 65, 0, 0),
      'malformed',
      /host check with a service/,
    ],
    ['an end amid a length', Buffer.from([0, 0]), 'truncated', /amid a frame/],
    ['an end amid a body', Buffer.from([0, 0, 0, 9, 1]), 'truncated', /amid a frame/],
    ['an end behind a length', Buffer.from([0, 0, 0, 9]), 'truncated', /amid a frame/],
  ];
  for (const [name, bytes, reason, message] of table) {
    test(name, () => {
      for (const step of [bytes.length, 1]) {
        const events = read(decodeClientFrame, Buffer.concat([encodePing(), bytes]), () => step);
        assert.equal(events.length, 2);
        const [, fault] = events;
        assert(fault?.kind === 'fault');
        assert.equal(fault.reason, reason);
        assert.match(fault.message, message);
      }
    });
  }

  test('what comes behind a fault is not read', () => {
    const reader = new FrameReader(decodeClientFrame);
    assert.equal(reader.push(Buffer.concat([frame(9), encodePing()])).length, 1);
    assert.deepEqual(reader.push(encodePing()), []);
    assert.deepEqual(reader.end(), []);
  });
});

test('results are packed into as few frames as may hold them', () => {
  const many = Array.from({ length: 2_500 }, (_, index) => ({
    seq: index + 1,
    result: { host: 'h', service: 's', returnCode: 0, output: 'x', time: 0 },
  }));
  const byCount = [...encodeResults(many)].map((frame) => frame.rows);
  assert.deepEqual(byCount, [1_000, 1_000, 500]);
  const long = many.slice(0, 10).map((row) => {
    return { ...row, result: { ...row.result, output: 'y'.repeat(65_535) } };
  });
  const frames = [...encodeResults(long)];
  assert.deepEqual(
    frames.map((frame) => frame.rows),
    [3, 3, 3, 1],
  );
  for (const { bytes } of frames) assert.ok(bytes.length <= frameBytesMax + 4);
  assert.equal(read(decodeClientFrame, encodeRows(long)).length, 4);
  assert.deepEqual([...encodeResults([])], []);
});

test('the example of the document is what is sent', () => {
  const document = projectFile('docs/PROTOCOLS.md').text;
  const block = /For example one OK[\s\S]*?```text\n([^`]*)```/.exec(document)?.[1] ?? '';
  const result = { host: 'h', service: 's', returnCode: 0, output: 'fine', time: 1_700_000_000 };
  const bytes = encodeRows([{ seq: 7, result }]);
  assert.equal(block.replace(/\s+/g, ''), bytes.toString('hex'));
});
