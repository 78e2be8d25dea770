import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCheckResults } from '../../../../protocol/nrdp/encode-check-results.ts';
import { parseForm } from '../../../../protocol/nrdp/form-parameters.ts';
import { parseMultipart } from '../../../../protocol/nrdp/multipart-parameters.ts';
import { parseReply } from '../../../../protocol/nrdp/parse-reply.ts';
import { encodeReply } from '../../../../protocol/nrdp/reply.ts';
import { nrdpRequest, readCheckResults } from '../../../../protocol/nrdp/request.ts';
import { damagedText, roundsOfRun, seededRandom } from '../../../support/seeded-random.ts';

const documents = [
  encodeCheckResults([
    { host: 'h', service: 's', returnCode: 2, output: 'a&b<c>\n2\\n3', time: 7 },
    { host: 'h2', service: null, returnCode: 0, output: '', time: 1_700_000_000 },
  ]),
  '{"checkresults":[{"checkresult":{"type":"service"},"hostname":"h","servicename":"s","state":"1","output":"x\\n"}]}',
  encodeReply(
    { status: -1, message: 'M', processed: 3, refused: [{ index: 1, reason: 'r' }] },
    'xml',
    false,
  ),
  '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
  'token=t&cmd=submitcheck&XMLDATA=%3Cx%2F%3E&json={}&pretty&output_type=TYPE_JSON',
];

/** Pieces that mean something to one of the readers. */
const pieces = [
  ...['<', '>', '&', ';', '<![CDATA[', ']]>', '<!DOCTYPE', '<!--', '-->', '<?', '?>', '"', "'"],
  ...[
    '{',
    '}',
    '[',
    ']',
    '\\',
    '\\u',
    'null',
    '1e999',
    '%',
    '%zz',
    '=',
    '+',
    '\0',
    '\xff',
    '\xc3',
    '\n',
  ],
  ...['<checkresult>', '</checkresult>', '&#0;', '&#x110000;', '&#65;', '<result>'],
  'cmd=submitcheck',
];

test('no request and no answer brings a reader down, or past what it may give', (t) => {
  const random = seededRandom(t);
  const rounds = roundsOfRun(10_000);
  let read = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = Buffer.from(damagedText(random.pick(documents), pieces, random), 'latin1');
    const parameters = parseForm(bytes);
    if (parameters !== undefined) nrdpRequest(parameters);
    for (const format of ['xml', 'json'] as const) {
      const reading = readCheckResults(bytes, format);
      if (!reading.ok) continue;
      for (const row of reading.rows) {
        if (row.kind === 'fault') continue;
        read++;
        const { host, service, returnCode, output, time } = row.result;
        assert.notEqual(service, '');
        assert.ok(Number.isInteger(returnCode) && Math.abs(returnCode) <= 99_999);
        assert.ok(time === undefined || Number.isSafeInteger(time));
        // All texts are bytes, whatever came.
        assert.ok(![host, service, output].some((text) => /[^\0-\xff]/.test(text ?? '')));
      }
    }
    parseMultipart(bytes, 'multipart/form-data; boundary=x');
    parseReply(bytes);
  }
  assert.ok(read > rounds / 100, `only ${read} results were read`);
});
