import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineBuffer } from '../../../../protocol/nsca-ng/line-buffer.ts';
import {
  commandBytesMax,
  parseRequest,
  type Request,
  requestBytesMax,
} from '../../../../protocol/nsca-ng/request.ts';
import { parseResponse } from '../../../../protocol/nsca-ng/response.ts';
import { parseExternalCommand } from '../../../../protocol/parse-external-command.ts';
import {
  damagedText,
  roundsOfRun,
  type SeededRandom,
  seededRandom,
} from '../../../support/seeded-random.ts';

const command = '[1700000000] PROCESS_SERVICE_CHECK_RESULT;web01;disk;2;full \\n more\n';
const session = `MOIN 1 c2Vzc2lvbg==\r\nPUSH ${command.length}\r\n${command}NOOP\r\nPING 1\nBAIL why not\r\nQUIT\r\n`;

const pieces = [
  ...[
    '\r\n',
    '\n',
    '\r',
    ' ',
    '  ',
    ';',
    '[',
    ']',
    '-1',
    '0',
    '16384',
    '16385',
    '99999999999999999999',
  ],
  ...[
    'MOIN ',
    'PUSH ',
    'push 1',
    'OKAY',
    'FAIL',
    '\0',
    '\xff',
    '\\',
    'PROCESS_HOST_CHECK_RESULT;',
    'x'.repeat(2_100),
  ],
];

/** What a server makes of bytes that come in these chunks, as far as they can be understood. */
function conversation(chunks: readonly Uint8Array[]): unknown[] {
  const buffer = new LineBuffer(requestBytesMax);
  const events: unknown[] = [];
  let pushed: number | undefined;
  for (const chunk of chunks) {
    buffer.push(chunk);
    for (;;) {
      if (pushed !== undefined) {
        const data = buffer.take(pushed);
        if (data === undefined) break;
        assert.equal(data.length, pushed);
        pushed = undefined;
        events.push(parseExternalCommand(Buffer.from(data).toString('latin1').slice(0, -1)));
        continue;
      }
      const line = buffer.takeLine();
      if (line === undefined) break;
      if (typeof line === 'object') return [...events, line];
      assert.ok(line.length <= requestBytesMax && !line.includes('\n'));
      const request: Request = parseRequest(line);
      parseResponse(line);
      events.push(request);
      if (request.kind !== 'push') continue;
      assert.ok(request.bytes >= 1 && request.bytes <= commandBytesMax);
      pushed = request.bytes;
    }
  }
  return events;
}

function cut(bytes: Uint8Array, random: SeededRandom): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const longest = 1 + random.below(200);
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(longest);
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

test('no bytes bring a session down, and their chunks make no difference', (t) => {
  const random = seededRandom(t);
  const rounds = roundsOfRun(5_000);
  let understood = 0;
  for (let round = 0; round < rounds; round++) {
    const text = damagedText(session.repeat(1 + random.below(2)), pieces, random);
    const bytes = Buffer.from(text, 'latin1');
    const whole = conversation([bytes]);
    assert.deepEqual(conversation(cut(bytes, random)), whole);
    understood += whole.length;
  }
  assert.ok(understood > rounds, `only ${understood} requests and commands were understood`);
});
